"""How fast the line is, measured on real servers. Figures go into ``results`` as lines of JSON; no test holds them."""
