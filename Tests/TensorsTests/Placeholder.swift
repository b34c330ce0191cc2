// Tests of Tensors.
