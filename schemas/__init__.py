"""The wire contracts: pydantic models of everything that crosses a topic or a file. Imports pydantic only."""
