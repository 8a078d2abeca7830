"""Where an area lies: one point for each county, township and village, for maps that are drawn without internet."""
