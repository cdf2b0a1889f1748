"""The 75 core fields as data: what is asked, how an answer is read, when a wedding is complete.

`definitions` lists the questions, `values` reads an answer, `together` compares answers,
`display` shows them, `derived` works out the rest, `completion` says what is missing.
"""
