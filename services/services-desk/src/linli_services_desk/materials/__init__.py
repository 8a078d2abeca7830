"""Materials of a case, their files, and papers kept on file so that nothing is asked twice."""
