"""The peer: a plain loop over langchain-openai, `plain_loop.py URL ROWS CONCURRENCY`, one call for each row."""

import asyncio
import sys
from typing import Literal

from langchain_openai import ChatOpenAI
from pydantic import BaseModel
from texts import text_of


class Answer(BaseModel):
    sentiment: Literal["positive", "negative", "neutral", "mixed"]


async def main(url: str, rows: int, concurrency: int) -> None:
    model = ChatOpenAI(model="small", base_url=url, api_key="loopback", use_responses_api=False)  # type: ignore[arg-type]
    asking = model.with_structured_output(Answer, method="json_schema", strict=True)
    questions = [f"The sentiment of this review: {text_of(number)}" for number in range(rows)]
    answers = await asking.abatch(questions, config={"max_concurrency": concurrency})
    assert len(answers) == rows


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
