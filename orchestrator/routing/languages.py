"""Words of other languages for the cues: the embedder reads English best, so elsewhere words must tell more.

One table: for each cue's name, words in German, French, Spanish, Italian, Portuguese, Polish, Russian, Chinese, Japanese,
Korean and Arabic. Words that English uses otherwise (code, list) stand only in phrases. Phrases have up to three words;
a Chinese or Japanese character is a word (`words.py`).
"""

from __future__ import annotations

from orchestrator.routing.words import vocabulary

NOBODY = frozenset[str]()

FOREIGN: dict[str, frozenset[str]] = {
    "a word for calculating": vocabulary(
        "berechne, rechne, ausrechnen, löse, gleichung, wurzel, ableitung, summe, durchschnitt, geteilt, plus, minus, rabatt",
        "calcule, calculer, résous, racine, dérivée, pour cent, remise, divisé, calcula, resuelve, raíz, derivada, por ciento, dividido",
        "calcola, risolvi, radice, per cento, resolva, raiz, oblicz, procent, pierwiastek",
        "сколько будет, умножить, процент, процента, процентов, уравнение, корень, производную, посчитай, вычисли, раздели",
        "计算, 乘以, 除以, 等于, 加上, 百分之, 平方, 方程, 面积, 求导, 导数, 几公里, 计算, 足す, 掛け, 割る, 何分, 計算, 平方根",
        "احسب, ضرب, يساوي, جذر, المئة, حل المعادلة, 더하기, 곱하기, 계산",
    ),
    "a question for an amount": vocabulary("wie lange, wie weit, cuánta, cuántas, quanti, quante, quantos, 多少, 几个, 何個, いくつ, いくら, كم"),
    "a puzzle": vocabulary(
        "rätsel, devinette, énigme, adivinanza, acertijo, indovinello, adivinha, zagadka, загадка, загадки, 谜语, 猜谜, なぞな, لغز, 수수께",
        "passt nicht, l'intrus, intrus, no pertenece, non c'entra, что лишнее, лишнее, 仲間は, 哪一个",
        "was kommt als, nombre suivant, número sigue, numero viene, следующее, 下一个, 次の数, العدد التالي",
    ),
    "a word for reasoning": vocabulary(
        "wenn, jeder, keiner, einige, folgt, folglich, lügt, lügner, wahrheit, si, aucun, chaque, quelques, ment, toujours, ningún",
        "alguno, algunos, miente, se, nessuno, mente, todas, jeśli, wszystkie, все, никто, некоторые, врёт, лжёт, следует, выше, ниже",
        "如果, 所有, 那么, 说谎, 最高, 最矮, 最重, 最轻, もし, すべて, 一番, 嘘, إذا, كل",
    ),
    "a wish to write": vocabulary(
        "schreib, schreibe, brief, einladung, rede, nachricht, glückwunsch, gruß, geschichte, formuliere, korrigiere, übersetze, fasse",
        "écris, rédige, rédiger, message, courriel, discours, histoire, corrige cette, traduis, résume, dissertation",
        "escribe, carta, correo, poema, mensaje, discurso, traduce, resume, ensayo, redacta, scrivi, messaggio, lettera, traduci, tema",
        "escreva, bilhete, mensagem, redação, napisz, wiersz, życzenia, напиши, письмо, поздравление, стих, эссе, сказку, переведи",
        "写一首, 一封, 邮件, 诗, 作文, 论文, 故事, 翻译, 感谢, 自我介, 詩, 手紙, メール, 物語, 小論文, 翻訳, 訳して",
        "قصيدة, رسالة, قصة, مقال, ترجم, 편지, 메시지, 번역",
    ),
    "a wish for advice": vocabulary(
        "soll ich, sollte ich, empfiehl, empfehlen, tipp, tipps, ideen, vorschlag, schlag mir, hilf mir, was schenke, que faire, conseil",
        "conseille, conseillez, idées, aide moi, recomiéndame, recomiendas, consejo, ayúdame, qué hago, consigli, consiglio, idee, aiutami",
        "me dê, recomenda, conselho, poleć, посоветуй, придумай, помоги, что делать, что приготовить, 推荐, 建议, 怎么办, 给我起, おすす",
        "教えて, 助けて, اقترح, انصحني, ساعدني, 추천",
    ),
    "words about oneself": vocabulary("mich, mein, meine, mon, ma, mes, moi, yo, mi, mis, io, mio, mia, eu, meu, minha, я, мне, мой, моя, мою, 我, 私, أنا"),
    "words about the assistant": vocabulary("dich, dein, toi, tú, te, você, ты, тебя, тебе, 你, あなた, أنت"),
    "a word for documents": vocabulary("bericht, vertrag, unterlagen, rapport, documento, contrato, informe, документ, договор, 文件, 报告, 文書, 契約"),
    "an explanation or a cause": vocabulary(
        "warum, wieso, wie funktioniert, wie entsteht, erkläre, erklär, was ist, was sind, was bedeutet, pourquoi, qu'est, c'est quoi, explique",
        "comment fonctionne, por qué, qué es, qué son, explica, cómo funciona, perché, cos'è, come funziona, spiega, por que, o que é",
        "dlaczego, co to jest, почему, что такое, объясни, как работает, зачем, 什么是, 是什么, 为什么, 解释, とは, なぜ, どうし, 仕組み, 説明",
        "ما هو, ما هي, لماذا, اشرح, 무엇, 왜, waarom, wat is, varför, vad är",
    ),
    "a question for a fact": vocabulary(
        "welche, welcher, welches, nenne, wie heißt, wie viele, quel, quels, quelles, combien de, qué países, quién, cuáles, quali, chi ha, quem",
        "który, какой, какие, какая, какое, какую, каких, сколько, назови, 谁, 哪里, 哪个, 多少个, 哪些, 几颗, どこ, 誰, 何です, いつ, من, أين, متى",
    ),
    "a word for programming": vocabulary(
        "skript, skripte, programmiere, programmieren, programmier, webseite, website, mein code, diesen code, quelltext, formel, debuggen",
        "un script, un programme, coder, mon code, ce code, du code, page web, site web, programa que, un programa, código, función, página web, sitio web",
        "funzione, codice, pagina web, sito web, programma che, função, skrypt, kod, funkcję, stronę internetową",
        "скрипт, код, коде, кода, программу, сайт, сайта, функцию, веб, бота, питоне, массив, 代码, 脚本, 程序, 函数, 网页, 报错, 数组, 正则",
        "プログラム, コード, スクリプト, ウェブページ, 配列, 関数, كود, الكود, دالة, سكربت, برنامج, صفحة ويب, بايثون, 코드, 스크립, 함수, 프로그, 파이썬",
    ),
    "a wish for a proof": vocabulary(
        "beweise, beweisen, zeige dass, widerlege, leite, démontrez, démontrer, montrez que, prouvez, demuestra, demostrar, prueba que",
        "dimostra, prove que, udowodnij, докажи, докажите, доказательство, выведи, 证明, 推导, 証明, أثبت, برهن, 증명",
    ),
    "a wish for depth": vocabulary(
        "analysiere, bewerte, begründe, diskutiere, vergleiche, entwirf, entwickle, abwägen, einwände, konzept, architektur, haftung",
        "analysez, analyse, évaluez, discutez, comparez, justifiez, conçois, dissertation, architecture, analiza, evalúa, discute, compara",
        "justifica, diseña, críticamente, analizza, valuta, confronta, progetta, analise, avalie, przeanalizuj, porównaj",
        "проанализируй, оцени, сравни, сравните, обоснуй, спроектируй, критику, возражений, 分析, 评价, 比较, 论述, 设计, 论文",
        "比較, 論じ, 分析, 設計, 評価, حلل, قيم, قارن, صمم, 분석, 비교",
    ),
}  # fmt: skip


def foreign(cue: str) -> frozenset[str]:
    """The other languages' words for a cue; none where the table has none."""
    return FOREIGN.get(cue, NOBODY)
