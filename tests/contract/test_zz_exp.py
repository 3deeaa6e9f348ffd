import pytest
P={"loop4":"one two "*28,"ha":"ha "*30,"row":"The cat sat. "*10,"list":"a, b, c, "*12, "loop1":"Tom likes fish. Ann likes fish. Bob likes fish. Sue likes fish. Max likes fish."}
@pytest.mark.parametrize("k",P)
async def test_exp(client,encode,k):
    p=encode(P[k].strip())
    r=lambda t:len(t)-len(set(t))
    a=(await client.generate(p,40,runtime_top_k=1)).tokens
    o=[r(a)]
    for f in ({"repetition_penalty":1.8},{"presence_penalty":2.0},{"frequency_penalty":2.0},{"presence_penalty":5.0},{"frequency_penalty":1.0}):
        o.append(r((await client.generate(p,40,runtime_top_k=1,**f)).tokens))
    print(k,o)
