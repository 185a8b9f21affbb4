"""The words that mean the same, as their file holds them."""

from catalog.search_words import tokens_of
from catalog.synonyms import synonyms, with_synonyms


def test_a_word_brings_the_others_of_its_set_with_it_also_in_the_plural():
    assert with_synonyms("coklat") == ("coklat", "cokelat")
    assert with_synonyms("pillows") == ("pillows", "cushion")
    assert with_synonyms("bowl") == ("bowl",)
    assert with_synonyms("s") == ("s",)


def test_every_word_is_one_that_a_search_looks_for_and_is_in_one_set():
    known = synonyms()
    for word, others in known.items():
        assert tokens_of(f"{word} ") == (word,)
        assert others, word
        for other in others:
            assert {other, *known[other]} == {word, *others}
