"""The words that invented rows are made of."""

from __future__ import annotations

from typing import NamedTuple


class Script(NamedTuple):
    """Words of one writing system, parted by blanks, and what stands between two of them."""

    words: str
    blank: str


SCRIPTS = [
    Script(
        """the a of and to in for with on at from by about as into like through after over between
        invoice customer order total answer question summary table column value report ticket
        refund delivery account password reset email address policy contract clause deadline
        please write list explain compare translate extract return find keep check describe
        short long clear exact likely possible next previous three seven 42 1,200 €19.90
        JSON {"key": 1} <b>bold</b> path\\to\\file naïve café `code` #3 100%""",
        " ",
    ),
    Script("請 寫 一份 摘要 客戶 訂單 發票 合約 問題 回答 表格 日期 金額 地址 退款 政策", ""),
    Script("注文 請求書 要約 顧客 質問 を してください は です ます 回答 表 住所 返金 方針", ""),
    Script("заказ клиент счёт ответ вопрос таблица адрес возврат договор срок и в на с", " "),
    Script("طلب عميل فاتورة سؤال جواب جدول عنوان عقد موعد سياسة من في على إلى", " "),
    Script("주문 고객 청구서 질문 답변 표 주소 환불 계약 기한 정책 요약 그리고 에서", " "),
    Script("आदेश ग्राहक बिल प्रश्न उत्तर तालिका पता वापसी अनुबंध नीति और में से", " "),
    Script("🙂 🚀 👩‍💻 📦 ✅ ❌ 💡 🔥 thanks ok order", " "),
]

# As requested, and as the answer names it.
MODELS = {
    "gpt-4o-mini": "gpt-4o-mini-2024-07-18",
    "gpt-4o": "gpt-4o-2024-08-06",
    "gpt-3.5-turbo": "gpt-3.5-turbo-0125",
    "claude-3-5-sonnet-20241022": "claude-3-5-sonnet-20241022",
}
TEXT_MODELS = ("gpt-3.5-turbo-instruct", "davinci-002", "babbage-002")
TAGS = ["prod", "staging", "search", "summarise", "nightly", "eval-7", "customer/north", "web"]
FAILURES = (
    ("APITimeoutError", "Request timed out."),
    ("APIConnectionError", "Connection error."),
    ("RateLimitError", "Error code: 429 - {'error': {'message': 'Rate limit reached for gpt-4o', "
     "'type': 'tokens', 'param': None, 'code': 'rate_limit_exceeded'}}"),
    ("BadRequestError", "Error code: 400 - {'error': {'message': \"This model's maximum context "
     "length is 8192 tokens. However, you requested 9000 tokens.\", "
     "'type': 'invalid_request_error', 'param': 'messages', 'code': 'context_length_exceeded'}}"),
    ("InternalServerError", "Error code: 500 - {'error': {'message': 'The server had an error', "
     "'type': 'server_error', 'param': None, 'code': None}}"),
)  # fmt: skip


def _tool(name: str, description: str) -> dict[str, object]:
    properties = {
        "query": {"type": "string", "description": "What to look for, in the user's own words."},
        "limit": {"type": "integer", "minimum": 1, "description": "How many to return."},
    }
    parameters = {"type": "object", "properties": properties, "required": ["query"]}
    function = {"name": name, "description": description, "parameters": parameters}
    return {"type": "function", "function": function}


TOOLS = [
    _tool("find_orders", "Looks up orders of a customer by number, date or product."),
    _tool("find_articles", "Searches the help pages and returns the best passages."),
    _tool("open_ticket", "Opens a ticket for a person to answer."),
]

MODULES = [
    "main",
    "api/routes",
    "api/chat",
    "jobs/nightly",
    "rag/answer",
    "rag/index",
    "agents/plan",
]
FUNCTIONS = ["<module>", "main", "run", "answer", "handle", "_call", "<lambda>", "summarise"]
CODE_LINES = [
    "answer = client.chat.completions.create(model=model, messages=messages, **options)",
    "return self._call(messages, temperature=0.2)",
    "for row in tqdm(rows): results.append(answer(row[\"question\"], row[\"context\"]))",
    "response = await asyncio.wait_for(self.complete(prompt), timeout=self.timeout)",
    "sys.exit(main())",
    "text = summarise(document.text[:8000])",
]  # fmt: skip
_CLIENT = "/home/dev/project/.venv/lib/python3.11/site-packages/log10/load.py"
LOGGING_FRAMES = [
    {"file": _CLIENT, "line": line, "lineno": lineno, "name": name}
    for line, lineno, name in (
        ("log_row = _init_log_row(func, *args, **kwargs)", 663, "wrapper"),
        ('"stacktrace": json.dumps(_get_stack_trace()),', 571, "_init_log_row"),
        ("current_stack_frame = traceback.extract_stack()", 552, "_get_stack_trace"),
    )
]
