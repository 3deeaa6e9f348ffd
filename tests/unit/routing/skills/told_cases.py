"""Questions for what the user told before, others that only look so, and what must be found among what was told.

`ASKED` and `OTHERS` were written before the rule of `told.py`; `FIRST_LOOK_*` after it, looked at once.
"""

from __future__ import annotations

ASKED: tuple[str, ...] = (
    "What is my dog's name?",
    "What's my sister's name?",
    "Where do I live?",
    "Which database did we decide to use?",
    "What am I allergic to?",
    "When is my demo?",
    "What colour is my bike?",
    "What is my favourite number?",
    "Do you remember my name?",
    "Did I tell you where I work?",
    "Who is my manager?",
    "What did I say about the budget?",
    "How old is my daughter?",
    "What do you know about me?",
    "What did we decide about the database?",
    "Remind me when my flight leaves.",
    "What's my wife called?",
    "Which language do I prefer?",
    "What do I do for a living?",
    "What is my phone number?",
    "How many children do I have?",
    "When is my birthday?",
    "What car do I drive?",
    "hi, what is my name?",
    "Can you tell me where I live?",
    "what was it I told you about the demo",
    "Have I told you my birthday?",
    "Who am I?",
)

OTHERS: tuple[str, ...] = (
    "What is the capital of France?",
    "Who wrote Hamlet?",
    "How do I fix my car?",
    "What should I cook tonight?",
    "Why is my code slow?",
    "What is my best option if I lose my job?",
    "Where can I buy a bike?",
    "What do I do if my dog is sick?",
    "How do we define entropy?",
    "What do we call a group of lions?",
    "When do we use the subjunctive?",
    "Write a poem about my dog.",
    "Remind me what a monad is.",
    "Do you remember the capital of France?",
    "How can I improve my English?",
    "What did the Romans eat?",
    "What is 2+2?",
    "Do I have to pay tax on gifts?",
    "Am I right that 7 is prime?",
    "What is wrong with my code?",
    "Is my essay any good?",
    "Where did I go wrong in this proof?",
    "My dog is called Rex.",
    "Which is bigger, the sun or the moon?",
    "What does my function return?\n```python\ndef f(): return 1\n```",
    "How many calories do I need a day?",
    "What are my rights as a tenant?",
    "Explain what my SQL query does: SELECT 1",
)

FIRST_LOOK_ASKED: tuple[str, ...] = (
    "What's the name of my cat?",
    "Where does my mother live?",
    "When does my flight leave?",
    "What did I tell you about Ingrid?",
    "which editor did we pick?",
    "Do you know my name?",
    "Who is our tech lead?",
    "What instrument do I play?",
    "Where was I born?",
    "What did you remember about me?",
)

FIRST_LOOK_OTHERS: tuple[str, ...] = (
    "What do I need for a passport application?",
    "How did we land on the moon?",
    "Where do I find my IP address in Windows?",
    "What is my function doing wrong?",
    "Who do I call when my sink leaks?",
    "When should I water my tomatoes?",
    "What did I do to deserve this?",
    "How is my name pronounced in French?",
    "Do you know the way to my heart?",
    "What is the best way to clean my oven?",
)
