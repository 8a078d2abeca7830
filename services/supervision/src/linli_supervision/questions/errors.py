"""What can go wrong with a question."""

from linli_kernel.errors import Conflict


class TooManyQuestions(Conflict):
    code = "supervision.disclosure_questions"
    zh = "这份公开待答复的提问已达 {most} 件，请等答复后再提"
    en = "{most} questions about this wait for an answer; ask again after they are answered"


class WrongQuestionState(Conflict):
    code = "supervision.question_state"
    zh = "这件质询现在不能这样处理"
    en = "The question is in another state"
