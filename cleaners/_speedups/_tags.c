/* The walk over serialised HTML, its second part: what one tag says. The Python twin is cleaners/read/html_tags.py. */

/* Where the comment that begins at `opened` ends, -1 where none does, -2 after an error. */
static Py_ssize_t comment_end(Walk *w, Py_ssize_t opened)
{
    Py_ssize_t from = opened + 4, at = from;
    while (at < w->size) {
        Py_ssize_t end = PyUnicode_FindChar(w->markup, '>', at, w->size, 1);
        if (end < 0)
            return end;
        if (end - from >= 2 && PyUnicode_READ(w->kind, w->data, end - 1) == '-'
            && PyUnicode_READ(w->kind, w->data, end - 2) == '-')
            return end;
        at = end + 1;
    }
    return -1;
}

static int begins_comment(Walk *w, Py_ssize_t opened)
{
    return w->size - opened >= 4 && PyUnicode_READ(w->kind, w->data, opened + 1) == '!'
           && PyUnicode_READ(w->kind, w->data, opened + 2) == '-'
           && PyUnicode_READ(w->kind, w->data, opened + 3) == '-';
}

static int is_ascii_text(Walk *w, Span span, const char *text, Py_ssize_t length)
{
    if (span.to - span.from != length)
        return 0;
    for (Py_ssize_t i = 0; i < length; i++)
        if (PyUnicode_READ(w->kind, w->data, span.from + i) != (Py_UCS4)(unsigned char)text[i])
            return 0;
    return 1;
}

/* True where one of these names stands in the markup. */
static int is_written(Walk *w, Span span, const char *const *names)
{
    while (*names != NULL && !is_ascii_text(w, span, *names, (Py_ssize_t)strlen(*names)))
        names++;
    return *names != NULL;
}

/* True where a word of ASCII, in lower case, stands in the markup, in letters of either case. */
static int stands_in(const Walk *w, Span span, const char *word, Py_ssize_t length)
{
    for (Py_ssize_t at = span.from; at <= span.to - length; at++) {
        Py_ssize_t same = 0;
        while (same < length
               && lower_ascii(PyUnicode_READ(w->kind, w->data, at + same)) == (Py_UCS4)(unsigned char)word[same])
            same++;
        if (same == length)
            return 1;
    }
    return 0;
}

/* True where one of the words behind the first does, or there is none, or what is no ASCII may stand for one. */
static int tells(const Walk *w, PyObject *words, Span value)
{
    if (PyTuple_GET_SIZE(words) == 1)
        return 1;
    for (Py_ssize_t at = value.from; at < value.to; at++)
        if (PyUnicode_READ(w->kind, w->data, at) > ASCII)
            return 1;
    for (Py_ssize_t i = 1; i < PyTuple_GET_SIZE(words); i++) {
        PyObject *word = PyTuple_GET_ITEM(words, i);
        if (stands_in(w, value, PyUnicode_DATA(word), PyUnicode_GET_LENGTH(word)))
            return 1;
    }
    return 0;
}

/* True for an attribute that zone_words.py reads, with a value that may say something. */
static int is_read(Walk *w, Span name, Span value)
{
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(w->names_read); i++) {
        PyObject *words = PyTuple_GET_ITEM(w->names_read, i), *read = PyTuple_GET_ITEM(words, 0);
        if (is_ascii_text(w, name, PyUnicode_DATA(read), PyUnicode_GET_LENGTH(read)))
            return tells(w, words, value);
    }
    return 0;
}

/* Whether the attributes read are given as scan() takes them: each a tuple of strings in ASCII, its name first. */
static int are_names(PyObject *names)
{
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(names); i++) {
        PyObject *words = PyTuple_GET_ITEM(names, i);
        if (!PyTuple_Check(words) || PyTuple_GET_SIZE(words) == 0)
            return 0;
        for (Py_ssize_t j = 0; j < PyTuple_GET_SIZE(words); j++)
            if (!PyUnicode_Check(PyTuple_GET_ITEM(words, j)) || !PyUnicode_IS_ASCII(PyTuple_GET_ITEM(words, j)))
                return 0;
    }
    return 1;
}

typedef struct {
    const Said *said;     /* NULL for a comment; good until the next tag is read */
    PyObject *attributes; /* as read_tag gives them, or NULL; its own reference */
    Span alt;             /* where the alternative text of a regular tag stands */
    Span whole;           /* from behind its < to behind its > */
} Tag;

/* Takes the parts of a mark. */
static int read_mark(Said *said, PyObject *mark)
{
    forget_said(said);
    if (!PyTuple_Check(mark) || PyTuple_GET_SIZE(mark) != 4 || !PyUnicode_Check(PyTuple_GET_ITEM(mark, 1))
        || !PyUnicode_Check(PyTuple_GET_ITEM(mark, 3))) {
        PyErr_SetString(PyExc_TypeError, "not a mark");
        return -1;
    }
    said->name = PyTuple_GET_ITEM(mark, 1);
    said->tokens = PyTuple_GET_ITEM(mark, 3);
    Py_INCREF(said->name);
    Py_INCREF(said->tokens);
    if (PyUnicode_CheckExact(said->name))
        PyUnicode_InternInPlace(&said->name); /* names are few, and equal ones one object, as `path_of` would have it */
    said->kind = PyLong_AsLong(PyTuple_GET_ITEM(mark, 0));
    said->zone = PyLong_AsLong(PyTuple_GET_ITEM(mark, 2));
    return (said->kind == -1 || said->zone == -1) && PyErr_Occurred() ? -1 : 0;
}

/* Gives a block the name that stands in the list of elements. */
static int label(Said *said)
{
    if (said->kind != BLOCK || said->label != NULL)
        return 0;
    said->label = joined(said->name, ' ', said->tokens);
    return said->label == NULL ? -1 : 0;
}

static PyObject *ascii(const char *text, Py_ssize_t length)
{
    return PyUnicode_FromKindAndData(PyUnicode_1BYTE_KIND, text, length);
}

/* Sorts a word of ASCII letters, which may not be empty, by its ends and length. */
static size_t sort_of(const char *word, Py_ssize_t length)
{
    return ((size_t)(word[0] & 31) * 67 + (size_t)(word[length - 1] & 31) * 5 + (size_t)length * 37) % WORD_BITS;
}

/* Takes down what sorts of words name zones; nearly all words of a page are of other sorts. */
static void sort_zone_words(Walk *w)
{
    PyObject *word, *zone;
    Py_ssize_t at = 0;
    while (PyDict_Next(w->zone_of_word, &at, &word, &zone))
        if (PyUnicode_Check(word) && PyUnicode_IS_ASCII(word) && PyUnicode_GET_LENGTH(word)) {
            const size_t sort = sort_of(PyUnicode_DATA(word), PyUnicode_GET_LENGTH(word));
            w->zone_words[sort / 64] |= (uint64_t)1 << sort % 64;
        }
}

/* The zones that the words of a class or id name, in lower case; -1 after an error. */
static long zones_of(Walk *w, const char *names, Py_ssize_t length)
{
    long zones = 0;
    for (Py_ssize_t at = 0, end; at < length; at = end + 1) {
        for (end = at; end < length && names[end] >= 'a' && names[end] <= 'z'; end++)
            ;
        if (end == at)
            continue;
        const size_t sort = sort_of(names + at, end - at);
        if (!(w->zone_words[sort / 64] >> sort % 64 & 1))
            continue;
        PyObject *word = ascii(names + at, end - at);
        if (word == NULL)
            return -1;
        PyObject *found = PyDict_GetItemWithError(w->zone_of_word, word);
        Py_DECREF(word);
        long zone = found == NULL ? 0 : PyLong_AsLong(found);
        if (PyErr_Occurred())
            return -1;
        zones |= zone;
    }
    return zones;
}

/* The same; a page repeats its classes and ids. */
static long known_zones(Walk *w, PyObject *tokens, const char *names, Py_ssize_t length)
{
    PyObject *known = PyDict_GetItemWithError(w->zones, tokens);
    if (known != NULL || PyErr_Occurred())
        return known == NULL ? -1 : PyLong_AsLong(known);
    long zones = zones_of(w, names, length);
    PyObject *found = zones < 0 ? NULL : PyLong_FromLong(zones);
    int failed = found == NULL || PyDict_SetItem(w->zones, tokens, found) < 0;
    Py_XDECREF(found);
    return failed ? -1 : zones;
}

/* Reads into `other` what the mark of this key, whose reference is taken over, says, and class and id where given. */
static int say(Walk *w, PyObject *key, const char *names, Py_ssize_t length)
{
    Said *said = &w->other;
    if (key == NULL)
        return -1;
    PyObject *mark = PyDict_GetItemWithError(w->short_marks, key);
    if (mark != NULL)
        Py_INCREF(mark);
    else if (!PyErr_Occurred())
        mark = PyObject_CallOneArg(w->read_short, key);
    Py_DECREF(key);
    int failed = mark == NULL || read_mark(said, mark) < 0;
    Py_XDECREF(mark);
    if (failed)
        return -1;
    if (names != NULL && said->kind < VOID) {
        PyObject *tokens = ascii(names, length);
        if (tokens == NULL)
            return -1;
        Py_SETREF(said->tokens, tokens);
        long zones = known_zones(w, tokens, names, length);
        if (zones < 0)
            return -1;
        said->zone |= zones;
        if (is_one_of(said->name, OWN_ROOM_TAGS))
            said->zone &= w->own_room;
        else if (is_one_of(said->name, PAGE_TAGS))
            said->zone = 0;
    }
    return label(said);
}

/* Reads a start tag as lexbor writes it: 1 when done, 0 for a tag that needs a closer look, -1 after an error.
 *
 * Its name and those other attributes that are read make it one of few; their mark is looked up. Class and id differ
 * from tag to tag and are read here as zone_words.py does.
 */
static inline int regular_tag(Walk *w, int kind, Span head, Tag *tag)
{
    char named[LONGEST_KEPT];                              /* class and id */
    char kept[(LONGEST_KEPT + 1) * 4 + LONGEST_KEPT]; /* name and attributes looked up, and at the end all that is said */
    Py_ssize_t length = 0, named_length = 0, at = head.from;
    int has_names = 0;
    while (at < head.to) {
        Py_UCS4 c = PyUnicode_READ(kind, w->data, at);
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'))
            break;
        at++;
    }
    if (at - head.from > LONGEST_KEPT)
        return 0;
    length = at - head.from;
    memcpy(kept, w->data + head.from * kind, (size_t)(length * kind));
    while (at < head.to) {
        Py_ssize_t before = at;
        if (PyUnicode_READ(kind, w->data, at) != ' ')
            return 0;
        Span name = {++at, 0};
        while (at < head.to) {
            Py_UCS4 c = PyUnicode_READ(kind, w->data, at);
            if (c <= ' ' || c >= 0x7F || c == '=' || c == '"')
                break;
            at++;
        }
        name.to = at;
        if (name.from == name.to || head.to - at < 3 || PyUnicode_READ(kind, w->data, at) != '='
            || PyUnicode_READ(kind, w->data, at + 1) != '"')
            return 0;
        Span value = {at + 2, at + 2};
        value.to = PyUnicode_FindChar(w->markup, '"', value.from, head.to, 1);
        if (value.to == -2)
            return -1;
        if (value.to == -1 || PyUnicode_READ(kind, w->data, value.to - 1) == '=')
            return 0; /* not closed, or zone_words.py would doubt that the next quote opens a value */
        at = value.to + 1;
        if (is_ascii_text(w, name, "class", 5) || is_ascii_text(w, name, "id", 2)) {
            if (value.to - value.from >= LONGEST_KEPT - named_length)
                return 0;
            if (has_names)
                named[named_length++] = ' ';
            has_names = 1;
            for (Py_ssize_t i = value.from; i < value.to; i++) {
                Py_UCS4 c = PyUnicode_READ(kind, w->data, i);
                if (c > ASCII)
                    return 0;
                named[named_length++] = (char)lower_ascii(c);
            }
        } else if (is_read(w, name, value)) {
            if (at - before > LONGEST_KEPT - length)
                return 0;
            memcpy(kept + length * kind, w->data + before * kind, (size_t)((at - before) * kind));
            length += at - before;
        } else if (tag->alt.from == tag->alt.to && is_ascii_text(w, name, "alt", 3)) {
            tag->alt = value;
        }
    }

    size_t size = (size_t)(length * kind);
    if (has_names) { /* between the two stands what `kept` can only have inside a value */
        memset(kept + size, 0, (size_t)kind);
        size += (size_t)kind;
        memcpy(kept + size, named, (size_t)named_length);
        size += (size_t)named_length;
    }
    Met *met;
    uint64_t hash = hash_of(kept, size);
    tag->said = recall(w->memory->short_of, kept, size, hash, &met);
    if (tag->said != NULL)
        return 1;
    if (say(w, PyUnicode_FromKindAndData(kind, kept, length), has_names ? named : NULL, named_length) < 0
        || keep_said(met, kept, size, hash, &w->other) < 0)
        return -1;
    tag->said = &met->said;
    return 1;
}

/* One specialised loop for each kind of string. */
static int read_regular_tag(Walk *w, Span head, Tag *tag)
{
    switch (w->kind) {
    case PyUnicode_1BYTE_KIND:
        return regular_tag(w, PyUnicode_1BYTE_KIND, head, tag);
    case PyUnicode_2BYTE_KIND:
        return regular_tag(w, PyUnicode_2BYTE_KIND, head, tag);
    default:
        return regular_tag(w, PyUnicode_4BYTE_KIND, head, tag);
    }
}

/* Reads any tag, with read_tag; gives its end, -1 when it is none, -2 after an error. */
static Py_ssize_t read_other_tag(Walk *w, Py_ssize_t opened, Py_ssize_t closed, Tag *tag)
{
    PyObject *mark;
    Py_ssize_t end = -2;
    PyObject *read = PyObject_CallFunction(w->read_tag, "Onn", w->markup, opened, closed);
    if (read == NULL)
        return -2;
    if (PyArg_ParseTuple(read, "OUn", &mark, &tag->attributes, &end)) {
        Py_INCREF(tag->attributes);
        tag->said = &w->other;
        if (read_mark(&w->other, mark) < 0 || label(&w->other) < 0)
            end = -2;
    } else {
        tag->attributes = NULL;
        end = -2;
    }
    Py_DECREF(read);
    return end;
}

/* Reads the tag or comment that begins at `opened`: gives where it ends, or -1 when it is none, or -2 after an error.
 *
 * `closed` is where the next ">" stands. A comment leaves the tag without a mark.
 */
static Py_ssize_t read_tag(Walk *w, Py_ssize_t opened, Py_ssize_t closed, Tag *tag)
{
    Py_UCS4 first = PyUnicode_READ(w->kind, w->data, opened + 1);
    Met *met = NULL;
    const char *key = w->data + (opened + 1) * w->kind;
    size_t size = (size_t)((closed - opened - 1) * w->kind);
    uint64_t hash = 0;
    if (closed - opened <= LONGEST_MET) {
        hash = hash_of(key, size);
        tag->said = recall(w->memory->whole, key, size, hash, &met);
        if (tag->said != NULL)
            return closed;
    }
    if (first >= 'a' && first <= 'z') {
        int done = read_regular_tag(w, (Span){opened + 1, closed}, tag);
        if (done > 0 && met != NULL && tag->said->kind != IMAGE && keep_said(met, key, size, hash, tag->said) < 0)
            return -2;
        if (done)
            return done < 0 ? -2 : closed;
    }
    if (closed - opened <= w->longest_mark) {
        PyObject *head = PyUnicode_Substring(w->markup, opened + 1, closed);
        if (head == NULL)
            return -2;
        PyObject *mark = PyDict_GetItemWithError(w->marks, head);
        Py_DECREF(head);
        if (mark != NULL) {
            if (read_mark(&w->other, mark) < 0 || label(&w->other) < 0)
                return -2;
            if (met != NULL && w->other.kind != IMAGE && keep_said(met, key, size, hash, &w->other) < 0)
                return -2;
            tag->said = &w->other;
            return closed;
        }
        if (PyErr_Occurred())
            return -2;
    }
    if (w->comments && begins_comment(w, opened)) {
        Py_ssize_t end = comment_end(w, opened);
        if (end != -1)
            return end;
        w->comments = 0;
    }
    return read_other_tag(w, opened, closed, tag);
}
