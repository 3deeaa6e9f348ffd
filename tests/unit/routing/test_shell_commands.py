"""Which texts ask for a command of a shell to be run, and that they go to `exec` under both policies."""

from __future__ import annotations

import pytest
from prompt_factory import ALL

from orchestrator.routing.router import PolicyName, Router
from orchestrator.routing.shell_commands import shell_command
from orchestrator.seams import Features

COMMANDS = {
    "Run ls": "ls",
    "execute ls -la": "ls -la",
    "Please run: git status": "git status",
    "Please run pwd.": "pwd",
    "Can you run df -h for me?": "df -h",
    "run whoami please": "whoami",
    "run cat /etc/hosts": "cat /etc/hosts",
    "run echo hello": "echo hello",
    "run git status": "git status",
    "run pip install requests": "pip install requests",
    "Execute python script.py now": "python script.py",
    "run docker ps": "docker ps",
    "run npm test": "npm test",
    "run curl https://example.com": "curl https://example.com",
    "run ps aux | grep python": "ps aux | grep python",
    "run make": "make",
    "run uname -a in the terminal": "uname -a",
    "execute: ls -la": "ls -la",
    "run: ls -la": "ls -la",
    "Run: git status please": "git status",
    "run this: cat /etc/hosts": "cat /etc/hosts",
    "Execute the following command: df -h": "df -h",
    "can you run the command: pwd?": "pwd",
}
NO_COMMANDS = (
    "Run!", "run", "run fast", "Run a marathon in four hours", "run top 10 lists", "run the numbers", "run it", "run this",
    "Run me through the plan", "run cat food campaigns", "run head to head tests", "run make-up classes on Monday", "Can you run?",
    "run find my phone", "run touch and go landings", "execute the plan", "run date night ideas by me", "run ping pong tournaments",
    "run ls and tell me a story", "how do I run ls -la?", "don't run ls -la", "He said: run ls -la", "run python code that sorts a list",
    "run git if you can", "What does ls -la do?", "run id checks", "run sort of a shop", "run docker",
    "Run: 5 miles before breakfast", "run: the tests please", "execute: the plan", "run: cat food campaigns", "Run this ls -la",
    "to do: run: ls -la and tidy up", "run:", "run: it",
)  # fmt: skip


@pytest.mark.parametrize(("text", "command"), COMMANDS.items())
def test_a_command(text: str, command: str) -> None:
    assert shell_command(text) == command


@pytest.mark.parametrize("text", NO_COMMANDS)
def test_no_command(text: str) -> None:
    assert shell_command(text) is None


@pytest.mark.parametrize("policy", ["learned", "rules"])
@pytest.mark.parametrize("text", COMMANDS)
def test_both_policies_give_it_to_exec(text: str, policy: PolicyName) -> None:
    decision = Router(policy=policy).decide(Features(text=text, requested="council/auto", models=ALL))
    assert decision.skill == "exec"
