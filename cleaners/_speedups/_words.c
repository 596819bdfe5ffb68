/* Words of lines, as numbers. The Python twins are _py_words_of and _py_count_in in cleaners/judge/words.py. */

typedef struct {
    const uint8_t *is_word; /* of the characters below `known`; those behind are words from `ideographs` on */
    Py_ssize_t known, ideographs;
    uint64_t base;
    uint64_t *number; /* the words found */
    Py_ssize_t count, room;
} Spelling;

/* Gives each word of a line its number; -1 when there is no room for it. */
static inline int spell_line(Spelling *s, int kind, const void *line, Py_ssize_t length)
{
    const uint8_t *is_word = s->is_word;
    const Py_ssize_t known = s->known, ideographs = s->ideographs;
    const uint64_t base = s->base;
    for (Py_ssize_t at = 0; at < length; at++) {
        uint64_t sum = 0, power = 1;
        Py_ssize_t begin = at;
        for (; at < length; at++) {
            Py_UCS4 c = PyUnicode_READ(kind, line, at);
            if ((Py_ssize_t)c < known ? !is_word[c] : (Py_ssize_t)c < ideographs)
                break;
            sum += (c >= '0' && c <= '9' ? '0' : c) * power;
            power *= base;
        }
        if (at == begin)
            continue;
        if (s->count == s->room)
            return -1;
        s->number[s->count++] = sum ^ sum >> 32;
    }
    return 0;
}

PyDoc_STRVAR(spell_doc, "spell(lines, is_word, ideographs, base, number, begins)\n--\n\n"
                        "Writes the number of each word, and where the words of each line begin.");

static PyObject *spell(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *lines, *is_word, *number, *begins;
    unsigned long long base;
    Py_ssize_t ideographs;
    Py_buffer views[3];
    if (!PyArg_ParseTuple(args, "O!OnKOO", &PyList_Type, &lines, &is_word, &ideographs, &base, &number, &begins))
        return NULL;
    const Wanted wanted[] = {{is_word, 1, "?", 1, 0}, {number, 1, "LQ", 8, PyBUF_WRITABLE},
                             {begins, 1, "lq", 8, PyBUF_WRITABLE}};
    if (!all_strings(lines) || take(views, wanted, 3) < 0)
        return NULL;
    Spelling s = {views[0].buf, views[0].shape[0], ideographs, base, views[1].buf, 0, views[1].shape[0]};
    int64_t *begin = views[2].buf;
    Py_ssize_t count = PyList_GET_SIZE(lines);
    int failed = views[2].shape[0] != count + 1;
    for (Py_ssize_t i = 0; !failed && i < count; i++) {
        PyObject *line = PyList_GET_ITEM(lines, i);
        const void *data = PyUnicode_DATA(line);
        Py_ssize_t length = PyUnicode_GET_LENGTH(line);
        begin[i] = s.count;
        switch (PyUnicode_KIND(line)) {
        case PyUnicode_1BYTE_KIND:
            failed = spell_line(&s, PyUnicode_1BYTE_KIND, data, length);
            break;
        case PyUnicode_2BYTE_KIND:
            failed = spell_line(&s, PyUnicode_2BYTE_KIND, data, length);
            break;
        default:
            failed = spell_line(&s, PyUnicode_4BYTE_KIND, data, length);
        }
    }
    if (failed)
        unfit("no room for the words");
    else
        begin[count] = s.count;
    release(views, 3);
    return none_unless(failed);
}

/* The first place in sorted keys whose key is not below the value. */
#define FIRST_NOT_BELOW(type, name)                                                                                    \
    static inline Py_ssize_t name(const type *keys, Py_ssize_t count, type value)                                      \
    {                                                                                                                  \
        Py_ssize_t first = 0;                                                                                          \
        while (count) {                                                                                                \
            Py_ssize_t half = count - count / 2;                                                                       \
            first += keys[first + half - 1] < value ? half : 0;                                                        \
            count /= 2;                                                                                                \
        }                                                                                                              \
        return first;                                                                                                  \
    }

FIRST_NOT_BELOW(uint64_t, place_of_number)
FIRST_NOT_BELOW(uint32_t, place_of_wording)

/* True when the words of each line stand behind those of the line before, and there are so many. */
static int are_begins(const int64_t *begins, Py_ssize_t lines, Py_ssize_t words)
{
    int64_t before = 0;
    for (Py_ssize_t i = 0; i <= lines; before = begins[i++])
        if (begins[i] < before || begins[i] > words)
            return 0;
    return 1;
}

PyDoc_STRVAR(count_among_doc, "count_among(number, begins, known, counts)\n--\n\n"
                              "Writes how many words of each line are among the known ones, which are sorted.");

static PyObject *count_among(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *number, *begins, *known, *counts;
    Py_buffer views[4];
    if (!PyArg_ParseTuple(args, "OOOO", &number, &begins, &known, &counts))
        return NULL;
    const Wanted wanted[] = {{number, 1, "LQ", 8, 0}, {begins, 1, "lq", 8, 0}, {known, 1, "LQ", 8, 0},
                             {counts, 1, "d", 8, PyBUF_WRITABLE}};
    if (take(views, wanted, 4) < 0)
        return NULL;
    const uint64_t *word = views[0].buf, *keys = views[2].buf;
    const int64_t *begin = views[1].buf;
    Py_ssize_t lines = views[3].shape[0], size = views[2].shape[0];
    uint8_t begun[1 << 13] = {0}; /* a bit for each first sixteen bits of a known word: most others need no search */
    for (Py_ssize_t i = 0; i < size; i++)
        begun[keys[i] >> 51] |= (uint8_t)(1 << (keys[i] >> 48 & 7));
    int failed = 0;
    if (views[1].shape[0] != lines + 1 || !are_begins(begin, lines, views[0].shape[0]))
        failed = unfit("the words do not fit the lines");
    for (Py_ssize_t i = 0; !failed && i < lines; i++) {
        Py_ssize_t count = 0;
        for (int64_t at = begin[i]; at < begin[i + 1]; at++) {
            if (!(begun[word[at] >> 51] >> (word[at] >> 48 & 7) & 1))
                continue;
            Py_ssize_t place = place_of_number(keys, size, word[at]);
            count += place < size && keys[place] == word[at];
        }
        ((double *)views[3].buf)[i] = (double)count;
    }
    release(views, 4);
    return none_unless(failed);
}
