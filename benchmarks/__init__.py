"""How fast the product is, beside the same jobs done bare, in the same run on the same machine."""
