"""A continuous-batching engine over llama.cpp and its Triton model with the TensorRT-LLM tensor contract.

    llama_abi.py      the C functions and structs of llama.cpp that are used
    llama_library.py  which build of llama.cpp is loaded, and its thread pools
    context.py        weights and KV cache: decode a batch, read logits, forget positions
    sampling.py       logits to the next token
    guides.py         JSON, JSON schema, regex and grammar constraints
    lookup.py         prompt-lookup drafts
    slots.py          one running generation and its place in the KV cache
    batch_plan.py     which tokens go into the next decode
    engine.py         the loop
    contract.py       tensors in, tensors out, error texts
    triton_model.py   the Triton side: requests in
    running.py        which generations run, and whose client left
    responses.py      tokens as Triton responses
    delivery.py       the thread that sends them
    gauges.py         the engine's counts on Triton's metrics port

It runs inside Triton's own environment and imports nothing of the orchestrator.
"""
