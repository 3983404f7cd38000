"""Facts and arithmetic of the world that everybody shares, rules included: pure, without input or output at run time, film-free."""
