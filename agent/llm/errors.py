"""What can go wrong between us and a language model, each with the way out.

ModelError                a fact and, in `hint`, the next step; never contains a key
├── NoModel               no model is configured
├── WrongKey              the endpoint refused the key (401, 403)
├── UnknownModel          the endpoint has no such model (404); names the ones it has
├── RateLimited           too many requests, or no credit left (429)
├── ModelUnreachable      no answer from the address, or an error of the server (5xx)
├── ModelTimeout          no answer within the time limit
├── NoToolSupport         the model cannot call tools, and the chat needs them
├── ContextTooLong        the conversation does not fit the model's context
└── BadAnswer             the endpoint answered with something that is not a chat completion
"""

from memory.errors import Failure


class ModelError(Failure):
    """The language model could not be used."""


class NoModel(ModelError):
    """No language model is configured."""


class WrongKey(ModelError):
    """The model endpoint refused the API key."""


class UnknownModel(ModelError):
    """The model endpoint does not know this model."""


class RateLimited(ModelError):
    """The model endpoint refused more requests for now."""


class ModelUnreachable(ModelError):
    """The model endpoint cannot be reached."""


class ModelTimeout(ModelError):
    """The model did not answer within the time limit."""


class NoToolSupport(ModelError):
    """The model cannot call tools, which the conversation needs."""


class ContextTooLong(ModelError):
    """The conversation is longer than the model's context."""


class BadAnswer(ModelError):
    """The model endpoint answered with something that is not a chat completion."""
