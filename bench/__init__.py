"""How fast we are, as ratios against the plain thing measured in the same minute."""
