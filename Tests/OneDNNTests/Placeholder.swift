// Tests of OneDNN.
