"""How a draft's terms are bargained over: proposals, counter-proposals, and what becomes of them."""
