"""Side-by-side benchmarks: the platform against peers on the same servers, in one run."""
