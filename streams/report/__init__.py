"""One self-contained HTML page of figures, tables and charts, made of plain values."""
