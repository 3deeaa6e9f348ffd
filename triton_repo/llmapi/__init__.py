"""The tensors of the contract over TensorRT-LLM's LLM API (PyTorch): the way to serve when engines are gone."""
