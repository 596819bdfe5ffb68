/* This file does the hottest loops of cleaners/ in C: the walk of cleaners/parse/html.py, and of cleaners/main_content/
 * the sums of trees.py and the evidence of words.py, lexicon.py, features.py and containers.py. All stand there in
 * Python too, which says what is right and runs where this was not built. Whatever is rare goes back to Python, to functions that both share. Nothing is kept from call to call.
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>
#include <string.h>

#ifdef Py_GIL_DISABLED
#error "the walk borrows from a dict that other threads would change"
#endif

#ifndef WINNOW_SOURCE
#error "flows/accelerate.py passes the digest of this file"
#endif

/* ---- The walk ---------------------------------------------------------------------------------------------------- */

/* What a tag does to the line being gathered, as in html.py. */
enum { END_BLOCK = -3, END_FLOW, END_LINK, BLOCK, FLOW, SEAM, LINK, CELL, VOID, RULE, BREAK, IMAGE };

static const char BLOCK_FIELDS[] =
    "index text folded kind tag path zone words link_chars tokens alt parent element depth after_break";
enum { FIELDS = 15 };
enum { LONGEST_KEPT = 400 }; /* characters of what a tag says; with more it is read in Python */

typedef struct { /* an open element as its lines see it */
    PyObject *path, *tag, *tokens;
    long zone;
    Py_ssize_t number, parent, depth;
    int keeps_breaks;
} Open;

typedef struct {
    /* What html.py gives; borrowed. */
    PyObject *markup, *marks, *short_marks, *names_read, *zone_of_word; /* a string, two dicts, a tuple, a dict */
    PyObject *read_tag, *read_short, *read_line, *read_alt, *block;
    long article, figure, code, table, quote, list, own_room; /* zones */
    Py_ssize_t long_cell, most_depth, longest_mark;
    /* The characters of the markup. */
    int kind; /* bytes of one */
    const char *data;
    Py_ssize_t size;
    /* What was found. */
    PyObject *blocks, *parents, *names;
    /* The open elements; the first is the page. */
    Open *open;
    Py_ssize_t opened, open_room;
    /* The line being gathered, in characters of the markup's kind. */
    char *line;
    Py_ssize_t length, line_room, shown, link_chars, figures, alt_figure;
    Open holder;
    long zone;
    int after_break;
    Py_ssize_t links, deeper; /* open links; open elements below the deepest that is looked at */
    int glued;                /* true right after an end tag: the next element may stand against it without a space */
    int comments;             /* false once a comment without end was seen: there is none with one behind it */
    PyObject *alt;
    PyObject *nothing, *casefold; /* "" and the method's name */
} Walk;

static void forget(Open *element)
{
    Py_CLEAR(element->path);
    Py_CLEAR(element->tag);
    Py_CLEAR(element->tokens);
}

static void hold(Open *element)
{
    Py_INCREF(element->path);
    Py_INCREF(element->tag);
    Py_INCREF(element->tokens);
}

/* Makes room for `more` further characters of the line. */
static int room(Walk *w, Py_ssize_t more)
{
    if (more <= w->line_room - w->length)
        return 0;
    if (more > PY_SSIZE_T_MAX / 16 - w->length) {
        PyErr_NoMemory();
        return -1;
    }
    Py_ssize_t wanted = (w->length + more) + (w->length + more) / 2 + 256;
    char *line = PyMem_Realloc(w->line, (size_t)wanted * (size_t)w->kind);
    if (line == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    w->line = line;
    w->line_room = wanted;
    return 0;
}

static int add_ascii(Walk *w, const char *piece, Py_ssize_t length)
{
    if (room(w, length) < 0)
        return -1;
    for (Py_ssize_t i = 0; i < length; i++) {
        PyUnicode_WRITE(w->kind, w->line, w->length, (Py_UCS4)(unsigned char)piece[i]);
        w->length++;
    }
    return 0;
}

/* Adds the part from `start` of the line with the five escapes of an HTML5 serialiser undone; gives its new end. */
static Py_ssize_t unescape(Walk *w, Py_ssize_t start, Py_ssize_t end)
{
    static const struct { const char *name; int size; Py_UCS4 meant; } ESCAPES[] = {
        {"&amp;", 5, '&'}, {"&nbsp;", 6, 0xA0}, {"&lt;", 4, '<'}, {"&gt;", 4, '>'}, {"&quot;", 6, '"'},
    };
    Py_ssize_t to = start;
    for (Py_ssize_t at = start; at < end;) {
        Py_UCS4 c = PyUnicode_READ(w->kind, w->line, at);
        Py_ssize_t taken = 1;
        for (size_t i = 0; c == '&' && i < sizeof ESCAPES / sizeof *ESCAPES; i++) {
            int same = 1;
            while (same < ESCAPES[i].size && at + same < end
                   && PyUnicode_READ(w->kind, w->line, at + same) == (Py_UCS4)ESCAPES[i].name[same])
                same++;
            if (same == ESCAPES[i].size) {
                c = ESCAPES[i].meant;
                taken = same;
                break;
            }
        }
        PyUnicode_WRITE(w->kind, w->line, to, c);
        to++;
        at += taken;
    }
    return to;
}

/* Adds the text from `at` to `end` of the markup to the line; space alone begins none. */
static int add_text(Walk *w, Py_ssize_t at, Py_ssize_t end)
{
    Py_ssize_t start = w->length;
    if (room(w, end - at) < 0)
        return -1;
    memcpy(w->line + start * w->kind, w->data + at * w->kind, (size_t)((end - at) * w->kind));
    Py_ssize_t last = start + (end - at);
    Py_ssize_t escape = PyUnicode_FindChar(w->markup, '&', at, end, 1);
    if (escape == -2)
        return -1;
    if (escape >= 0)
        last = unescape(w, start, last);
    Py_ssize_t first_shown = start, shown_end = last;
    while (first_shown < last && Py_UNICODE_ISSPACE(PyUnicode_READ(w->kind, w->line, first_shown)))
        first_shown++;
    while (shown_end > first_shown && Py_UNICODE_ISSPACE(PyUnicode_READ(w->kind, w->line, shown_end - 1)))
        shown_end--;
    Py_ssize_t shown = shown_end - first_shown;
    if (shown) {
        Open *top = &w->open[w->opened - 1];
        if (start == 0) {
            Open before = w->holder;
            hold(top);
            w->holder = *top;
            w->zone = top->zone;
            w->link_chars = 0;
            forget(&before);
        } else {
            w->zone &= top->zone;
        }
        if (w->links)
            w->link_chars += shown;
        w->shown += shown;
        w->length = last;
    } else if (start) {
        w->length = last;
    }
    return 0;
}

/* html.py's _unglue, in place; gives the new length. */
static Py_ssize_t unglue(int kind, char *line, Py_ssize_t length)
{
    Py_ssize_t to = 0;
    for (Py_ssize_t at = 0; at < length; at++) {
        Py_UCS4 c = PyUnicode_READ(kind, line, at);
        if (c == ' ' && at + 1 < length && PyUnicode_READ(kind, line, at + 1) == 0) {
            at++;
            if (at + 1 == length || !Py_UNICODE_ISUPPER(PyUnicode_READ(kind, line, at + 1)))
                continue;
            Py_UCS4 left = to ? PyUnicode_READ(kind, line, to - 1) : '.'; /* "" is in any string */
            int ends = left == '.' || left == '!' || left == '?' || left == ')' || left == ']' || left == ':'
                       || left == 0x2019 || left == 0x201D;
            if (!ends && !Py_UNICODE_ISLOWER(left))
                continue;
        }
        PyUnicode_WRITE(kind, line, to, c);
        to++;
    }
    return to;
}

/* True for characters above ASCII that are printable, stand for themselves in NFC and are one word with others. */
static inline int is_plain(Py_UCS4 c)
{
    return (c > 0xA0 && c < 0x300 && c != 0xAD) || (c >= 0x2010 && c <= 0x2027) || (c >= 0x400 && c <= 0x481)
           || c == 0x20AC;
}

/* True when mend() would only fold the spaces of the line; when in doubt, false. */
static inline int is_simple(int kind, const char *line, Py_ssize_t length)
{
    Py_UCS4 before = 0;
    for (Py_ssize_t at = 0; at < length; at++) {
        Py_UCS4 c = PyUnicode_READ(kind, line, at);
        if (c < 0x80) {
            if (c < ' ' ? c != '\n' && c != '\t' && c != '\r' : c == 0x7F)
                return 0;
            if (before == '&' && (c == '#' || Py_ISALNUM(c)))
                return 0; /* perhaps an entity */
        } else if ((c != 0xA0 && !is_plain(c)) || (before >= 0xC2 && before <= 0xF4) || before == '&') {
            return 0; /* perhaps UTF-8 read as Latin-1 */
        }
        before = c;
    }
    return 1;
}

/* Folds the spaces of a simple line in place; gives its new length and the number of words. */
static inline Py_ssize_t fold_spaces(int kind, char *line, Py_ssize_t length, Py_ssize_t *words, Py_UCS4 *all)
{
    Py_ssize_t to = 0, spaces = 0;
    Py_UCS4 seen = 0;
    int space = 0;
    for (Py_ssize_t at = 0; at < length; at++) {
        Py_UCS4 c = PyUnicode_READ(kind, line, at);
        if (c <= ' ' || c == 0xA0) {
            space = to > 0;
            continue;
        }
        if (space) {
            PyUnicode_WRITE(kind, line, to, ' ');
            to++;
            spaces++;
            space = 0;
        }
        seen |= c;
        PyUnicode_WRITE(kind, line, to, c);
        to++;
    }
    *words = spaces + 1;
    *all = seen;
    return to;
}

static inline Py_UCS4 lower_ascii(Py_UCS4 c)
{
    return c >= 'A' && c <= 'Z' ? c + 32 : c;
}

/* fold.py's _PLAIN, of the characters that a simple line can have, and lower case for ASCII. */
static inline Py_UCS4 plain_form(Py_UCS4 c)
{
    if (c < 0x80)
        return c == '`' ? '\'' : lower_ascii(c);
    switch (c) {
    case 0x2018: case 0x2019: case 0x201A: case 0x201B: case 0x2BC: case 0xB4:
        return '\'';
    case 0x201C: case 0x201D: case 0x201E: case 0x201F: case 0xAB: case 0xBB:
        return '"';
    case 0x2010: case 0x2011: case 0x2012: case 0x2013: case 0x2014: case 0x2015:
        return '-';
    default:
        return c;
    }
}

/* Folds a simple line, spaces done, in place; gives an OR of all its characters. */
static inline Py_UCS4 fold_letters(int kind, char *line, Py_ssize_t length, int is_ascii)
{
    Py_UCS4 seen = 0;
    for (Py_ssize_t at = 0; at < length; at++) {
        Py_UCS4 c = PyUnicode_READ(kind, line, at);
        c = is_ascii ? lower_ascii(c) : plain_form(c);
        seen |= c;
        PyUnicode_WRITE(kind, line, at, c);
    }
    return seen;
}

typedef struct {
    PyObject *text, *folded;
    Py_ssize_t words;
} Line;

static inline int simple_line(Walk *w, int kind, Py_ssize_t length, Line *line)
{
    Py_UCS4 all;
    length = fold_spaces(kind, w->line, length, &line->words, &all);
    if (length == 0)
        return 0;
    line->text = PyUnicode_FromKindAndData(kind, w->line, length);
    if (line->text == NULL)
        return -1;
    all = fold_letters(kind, w->line, length, all < 0x80);
    line->folded = PyUnicode_FromKindAndData(kind, w->line, length);
    if (line->folded != NULL && all >= 0x80)
        Py_SETREF(line->folded, PyObject_CallMethodNoArgs(line->folded, w->casefold));
    return line->folded == NULL ? -1 : 0;
}

/* One specialised loop for each kind of string. */
static int read_simple(Walk *w, Py_ssize_t length, Line *line, int *done)
{
    switch (w->kind) {
    case PyUnicode_1BYTE_KIND:
        *done = is_simple(PyUnicode_1BYTE_KIND, w->line, length);
        return *done ? simple_line(w, PyUnicode_1BYTE_KIND, length, line) : 0;
    case PyUnicode_2BYTE_KIND:
        *done = is_simple(PyUnicode_2BYTE_KIND, w->line, length);
        return *done ? simple_line(w, PyUnicode_2BYTE_KIND, length, line) : 0;
    default:
        *done = is_simple(PyUnicode_4BYTE_KIND, w->line, length);
        return *done ? simple_line(w, PyUnicode_4BYTE_KIND, length, line) : 0;
    }
}

/* html.py's _read_line, which says the same of a line that is not simple. */
static int read_other(Walk *w, Py_ssize_t length, int in_pre, Line *line)
{
    PyObject *raw = PyUnicode_FromKindAndData(w->kind, w->line, length);
    if (raw == NULL)
        return -1;
    PyObject *read = PyObject_CallFunctionObjArgs(w->read_line, raw, in_pre ? Py_True : Py_False, NULL);
    Py_DECREF(raw);
    if (read == NULL)
        return -1;
    int failed = !PyArg_ParseTuple(read, "UUn", &line->text, &line->folded, &line->words);
    if (failed) {
        line->text = line->folded = NULL;
    } else {
        Py_INCREF(line->text);
        Py_INCREF(line->folded);
    }
    Py_DECREF(read);
    return failed ? -1 : 0;
}

/* html.py's _kind. */
static const char *kind_of(Walk *w, int in_pre)
{
    PyObject *tag = w->holder.tag;
    if (PyUnicode_GET_LENGTH(tag) == 2 && PyUnicode_READ_CHAR(tag, 0) == 'h' && PyUnicode_READ_CHAR(tag, 1) >= '1'
        && PyUnicode_READ_CHAR(tag, 1) <= '6')
        return "heading";
    if (in_pre)
        return "code";
    if (w->zone & w->table) {
        PyObject *row = PyUnicode_FromString(">tr");
        if (row == NULL)
            return NULL;
        Py_ssize_t found = PyUnicode_Find(w->holder.path, row, 0, PY_SSIZE_T_MAX, 1);
        Py_DECREF(row);
        if (found == -2)
            return NULL;
        if (found >= 0)
            return "table";
    }
    return w->zone & w->quote ? "quote" : w->zone & w->list ? "list_item" : "paragraph";
}

/* Adds the block that a line became; takes over the line's references. */
static int add_block(Walk *w, Line *line, int in_pre)
{
    int failed = -1;
    PyObject *args = NULL, *block = NULL;
    PyObject *fields = PyTuple_New(FIELDS);
    const char *kind = fields == NULL ? NULL : kind_of(w, in_pre);
    if (kind == NULL) {
        Py_CLEAR(line->text);
        Py_CLEAR(line->folded);
        goto end;
    }
    Py_ssize_t length = PyUnicode_GET_LENGTH(line->text);
    Open *holder = &w->holder;
    hold(holder);
    PyObject *alt = w->figures == w->alt_figure ? w->alt : w->nothing;
    Py_INCREF(alt);
    PyObject *made[FIELDS] = {
        PyLong_FromSsize_t(PyList_GET_SIZE(w->blocks)), line->text, line->folded, PyUnicode_InternFromString(kind),
        holder->tag, holder->path, PyLong_FromLong(w->zone), PyLong_FromSsize_t(line->words),
        PyLong_FromSsize_t(w->link_chars < length ? w->link_chars : length), holder->tokens, alt,
        PyLong_FromSsize_t(holder->parent), PyLong_FromSsize_t(holder->number), PyLong_FromSsize_t(holder->depth),
        PyBool_FromLong(w->after_break),
    };
    line->text = line->folded = NULL;
    int whole = 1;
    for (int i = 0; i < FIELDS; i++) {
        PyTuple_SET_ITEM(fields, i, made[i]);
        whole = whole && made[i] != NULL;
    }
    if (!whole)
        goto end;
    args = PyTuple_Pack(1, fields);
    block = args == NULL ? NULL : PyTuple_Type.tp_new((PyTypeObject *)w->block, args, NULL);
    if (block != NULL)
        failed = PyList_Append(w->blocks, block);
end:
    Py_XDECREF(block);
    Py_XDECREF(args);
    Py_XDECREF(fields);
    return failed;
}

/* Ends the line being gathered; it becomes a block when it shows anything. */
static int end_line(Walk *w, int keeps_breaks)
{
    if (w->length == 0)
        return 0;
    Line line = {NULL, NULL, 0};
    int in_pre = keeps_breaks && (w->zone & w->code) != 0, done = 0, failed = 0;
    Py_ssize_t length = unglue(w->kind, w->line, w->length);
    w->length = w->shown = 0;
    if (!in_pre)
        failed = read_simple(w, length, &line, &done);
    if (!done && !failed)
        failed = read_other(w, length, in_pre, &line);
    if (!failed && line.text != NULL && PyUnicode_GET_LENGTH(line.text))
        return add_block(w, &line, in_pre);
    Py_XDECREF(line.text);
    Py_XDECREF(line.folded);
    return failed;
}

/* The strings `before`, a character and `after` as one. */
static PyObject *joined(PyObject *before, char between, PyObject *after)
{
    Py_ssize_t first = PyUnicode_GET_LENGTH(before), second = PyUnicode_GET_LENGTH(after);
    Py_UCS4 highest = PyUnicode_MAX_CHAR_VALUE(before), other = PyUnicode_MAX_CHAR_VALUE(after);
    if (first > PY_SSIZE_T_MAX - second - 1)
        return PyErr_NoMemory();
    PyObject *whole = PyUnicode_New(first + 1 + second, highest > other ? highest : other);
    if (whole == NULL)
        return NULL;
    if (PyUnicode_CopyCharacters(whole, 0, before, 0, first) < 0
        || PyUnicode_CopyCharacters(whole, first + 1, after, 0, second) < 0) {
        Py_DECREF(whole);
        return NULL;
    }
    PyUnicode_WRITE(PyUnicode_KIND(whole), PyUnicode_DATA(whole), first, (Py_UCS4)(unsigned char)between);
    return whole;
}

static int add_number(PyObject *list, Py_ssize_t number)
{
    PyObject *value = PyLong_FromSsize_t(number);
    int failed = value == NULL ? -1 : PyList_Append(list, value);
    Py_XDECREF(value);
    return failed;
}

/* Puts an element on the stack; takes over its references, also when it fails. */
static int push(Walk *w, Open element)
{
    if (w->opened == w->open_room) {
        if (w->open_room > PY_SSIZE_T_MAX / (Py_ssize_t)sizeof(Open) / 4) {
            PyErr_NoMemory();
            goto fail;
        }
        Py_ssize_t wanted = w->open_room * 2 + 64;
        Open *open = PyMem_Realloc(w->open, (size_t)wanted * sizeof(Open));
        if (open == NULL) {
            PyErr_NoMemory();
            goto fail;
        }
        w->open = open;
        w->open_room = wanted;
    }
    w->open[w->opened++] = element;
    return 0;
fail:
    forget(&element);
    return -1;
}

/* Opens an element that stands on lines of its own. */
static int open_block(Walk *w, const Open *above, PyObject *tag, PyObject *tokens, long zone)
{
    Open element = {
        .zone = zone, .number = PyList_GET_SIZE(w->parents), .parent = above->number, .depth = above->depth + 1,
        .keeps_breaks = above->keeps_breaks || PyUnicode_CompareWithASCIIString(tag, "pre") == 0
                        || PyUnicode_CompareWithASCIIString(tag, "textarea") == 0,
    };
    PyObject *name = joined(tag, ' ', tokens);
    int failed = name == NULL || PyList_Append(w->names, name) < 0 || add_number(w->parents, element.parent) < 0;
    Py_XDECREF(name);
    if (failed)
        return -1;
    Py_INCREF(tag);
    Py_INCREF(tokens);
    element.tag = tag;
    element.tokens = tokens;
    if (PyUnicode_GET_LENGTH(above->path)) {
        element.path = joined(above->path, '>', tag);
    } else {
        Py_INCREF(tag);
        element.path = tag;
    }
    if (element.path == NULL) {
        forget(&element);
        return -1;
    }
    return push(w, element);
}

/* Opens an element inside a line: a line in it has the name and path of the element around it. */
static int open_inline(Walk *w, const Open *above, PyObject *tokens, long zone)
{
    Open element = *above;
    element.zone = zone;
    if (PyUnicode_GET_LENGTH(tokens))
        element.tokens = tokens;
    hold(&element);
    return push(w, element);
}

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

/* A stretch of the markup. */
typedef struct {
    Py_ssize_t from, to;
} Span;

static int is_ascii_text(Walk *w, Span span, const char *text, Py_ssize_t length)
{
    if (span.to - span.from != length)
        return 0;
    for (Py_ssize_t i = 0; i < length; i++)
        if (PyUnicode_READ(w->kind, w->data, span.from + i) != (Py_UCS4)(unsigned char)text[i])
            return 0;
    return 1;
}

/* True for an attribute that evidence.py reads. */
static int is_read(Walk *w, Span name)
{
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(w->names_read); i++) {
        PyObject *read = PyTuple_GET_ITEM(w->names_read, i);
        if (is_ascii_text(w, name, PyUnicode_DATA(read), PyUnicode_GET_LENGTH(read)))
            return 1;
    }
    return 0;
}

/* What a tag says. The mark, the tokens and the attributes are its own references, the name is the mark's. */
typedef struct {
    PyObject *mark, *name, *tokens, *attributes; /* attributes: as _read_tag gives them, or NULL */
    long kind, zone;
    Span alt; /* where the alternative text of a regular tag stands */
} Tag;

static void forget_tag(Tag *tag)
{
    Py_CLEAR(tag->mark);
    Py_CLEAR(tag->tokens);
    Py_CLEAR(tag->attributes);
}

/* Takes the parts of a mark. */
static int read_mark(Tag *tag, PyObject *mark)
{
    if (!PyTuple_Check(mark) || PyTuple_GET_SIZE(mark) != 4 || !PyUnicode_Check(PyTuple_GET_ITEM(mark, 1))
        || !PyUnicode_Check(PyTuple_GET_ITEM(mark, 3))) {
        PyErr_SetString(PyExc_TypeError, "not a mark");
        return -1;
    }
    Py_INCREF(mark);
    Py_XSETREF(tag->mark, mark);
    PyObject *tokens = PyTuple_GET_ITEM(mark, 3);
    Py_INCREF(tokens);
    Py_XSETREF(tag->tokens, tokens);
    tag->name = PyTuple_GET_ITEM(mark, 1);
    tag->kind = PyLong_AsLong(PyTuple_GET_ITEM(mark, 0));
    tag->zone = PyLong_AsLong(PyTuple_GET_ITEM(mark, 2));
    return (tag->kind == -1 || tag->zone == -1) && PyErr_Occurred() ? -1 : 0;
}

static PyObject *ascii(const char *text, Py_ssize_t length)
{
    return PyUnicode_FromKindAndData(PyUnicode_1BYTE_KIND, text, length);
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

/* Reads a start tag as lexbor writes it: 1 when done, 0 for a tag that needs a closer look, -1 after an error.
 *
 * Its name and those other attributes that are read make it one of few; their mark is looked up. Class and id differ
 * from tag to tag and are read here as evidence.py does.
 */
static inline int regular_tag(Walk *w, int kind, Span head, Tag *tag)
{
    char kept[LONGEST_KEPT * 4], named[LONGEST_KEPT]; /* name and attributes looked up; class and id */
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
        while (value.to < head.to && PyUnicode_READ(kind, w->data, value.to) != '"')
            value.to++;
        if (value.to == head.to || PyUnicode_READ(kind, w->data, value.to - 1) == '=')
            return 0; /* not closed, or evidence.py would doubt that the next quote opens a value */
        at = value.to + 1;
        if (is_ascii_text(w, name, "class", 5) || is_ascii_text(w, name, "id", 2)) {
            if (value.to - value.from >= LONGEST_KEPT - named_length)
                return 0;
            if (has_names)
                named[named_length++] = ' ';
            has_names = 1;
            for (Py_ssize_t i = value.from; i < value.to; i++) {
                Py_UCS4 c = PyUnicode_READ(kind, w->data, i);
                if (c >= 0x80)
                    return 0;
                named[named_length++] = (char)lower_ascii(c);
            }
        } else if (is_read(w, name)) {
            if (at - before > LONGEST_KEPT - length)
                return 0;
            memcpy(kept + length * kind, w->data + before * kind, (size_t)((at - before) * kind));
            length += at - before;
        } else if (tag->alt.from == tag->alt.to && is_ascii_text(w, name, "alt", 3)) {
            tag->alt = value;
        }
    }

    PyObject *key = PyUnicode_FromKindAndData(kind, kept, length);
    if (key == NULL)
        return -1;
    PyObject *mark = PyDict_GetItemWithError(w->short_marks, key);
    if (mark != NULL)
        Py_INCREF(mark);
    else if (!PyErr_Occurred())
        mark = PyObject_CallOneArg(w->read_short, key);
    Py_DECREF(key);
    int failed = mark == NULL || read_mark(tag, mark) < 0;
    Py_XDECREF(mark);
    if (failed)
        return -1;
    if (has_names && tag->kind < VOID) {
        long zones = zones_of(w, named, named_length);
        PyObject *tokens = zones < 0 ? NULL : ascii(named, named_length);
        if (tokens == NULL)
            return -1;
        Py_SETREF(tag->tokens, tokens);
        tag->zone |= zones;
        if (PyUnicode_CompareWithASCIIString(tag->name, "article") == 0
            || PyUnicode_CompareWithASCIIString(tag->name, "main") == 0
            || PyUnicode_CompareWithASCIIString(tag->name, "body") == 0)
            tag->zone &= w->own_room;
    }
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

/* Reads any tag, with _read_tag; gives its end, -1 when it is none, -2 after an error. */
static Py_ssize_t read_other_tag(Walk *w, Py_ssize_t opened, Py_ssize_t closed, Tag *tag)
{
    PyObject *mark;
    Py_ssize_t end = -2;
    PyObject *read = PyObject_CallFunction(w->read_tag, "Onn", w->markup, opened, closed);
    if (read == NULL)
        return -2;
    if (PyArg_ParseTuple(read, "OUn", &mark, &tag->attributes, &end)) {
        Py_INCREF(tag->attributes);
        if (read_mark(tag, mark) < 0)
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
    if (first >= 'a' && first <= 'z') {
        int done = read_regular_tag(w, (Span){opened + 1, closed}, tag);
        if (done)
            return done < 0 ? -2 : closed;
    }
    if (closed - opened <= w->longest_mark) {
        PyObject *head = PyUnicode_Substring(w->markup, opened + 1, closed);
        if (head == NULL)
            return -2;
        PyObject *mark = PyDict_GetItemWithError(w->marks, head);
        Py_DECREF(head);
        if (mark != NULL)
            return read_mark(tag, mark) < 0 ? -2 : closed;
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

/* The text of an image, kept for the lines of its figure. */
static int keep_alt(Walk *w, PyObject *attributes)
{
    PyObject *alt = PyObject_CallOneArg(w->read_alt, attributes);
    if (alt == NULL)
        return -1;
    if (alt == Py_None) {
        Py_DECREF(alt);
        return 0;
    }
    if (!PyUnicode_Check(alt)) {
        Py_DECREF(alt);
        PyErr_SetString(PyExc_TypeError, "the text of an image is no string");
        return -1;
    }
    Py_SETREF(w->alt, alt);
    w->alt_figure = w->figures;
    return 0;
}

/* The same for an image as lexbor writes it. */
static int keep_regular_alt(Walk *w, Span alt)
{
    PyObject *attribute = PyUnicode_Substring(w->markup, alt.from - 6, alt.to + 1); /* with ` alt="` before it */
    if (attribute == NULL)
        return -1;
    int failed = keep_alt(w, attribute);
    Py_DECREF(attribute);
    return failed;
}

/* Opens an element, and ends the line before it where it stands on lines of its own. */
static int open_tag(Walk *w, const Tag *tag)
{
    const Open *above = &w->open[w->opened - 1];
    long zone = tag->zone;
    if (above->zone & w->article)
        zone &= w->own_room;
    if (zone & w->figure && !(above->zone & w->figure))
        w->figures++;
    zone |= above->zone;
    if (tag->kind == BLOCK) {
        if (end_line(w, above->keeps_breaks) < 0)
            return -1;
        w->after_break = 0;
        return open_block(w, above, tag->name, tag->tokens, zone);
    }
    int failed = 0;
    if (tag->kind == CELL) {
        if (w->shown > w->long_cell)
            failed = end_line(w, above->keeps_breaks) < 0;
        else if (w->length)
            failed = add_ascii(w, " | ", 3) < 0;
    } else if (tag->kind != FLOW) {
        w->links += tag->kind == LINK;
        if (w->glued && w->length)
            failed = add_ascii(w, " \0", 2) < 0;
    }
    return failed ? -1 : open_inline(w, above, tag->tokens, zone);
}

/* Closes the innermost element; the page itself stays open. */
static int close_tag(Walk *w, long kind)
{
    if (w->opened == 1)
        return 0;
    int failed = 0;
    Open ended = w->open[--w->opened];
    if (kind == END_BLOCK) {
        failed = end_line(w, ended.keeps_breaks);
        w->after_break = 0;
    } else if (kind == END_LINK) {
        w->links--;
    }
    forget(&ended);
    w->glued = 1;
    return failed;
}

/* What a tag does to the elements and the line. */
static int apply(Walk *w, const Tag *tag)
{
    int keeps_breaks = w->open[w->opened - 1].keeps_breaks;
    if (tag->kind < BLOCK) {
        if (w->deeper == 0)
            return close_tag(w, tag->kind);
        w->deeper--;
    } else if (tag->kind < VOID) {
        if (w->opened > w->most_depth) {
            w->deeper++;
        } else {
            int failed = open_tag(w, tag);
            w->glued = 0;
            return failed;
        }
    } else if (tag->kind == BREAK) {
        int failed = end_line(w, keeps_breaks);
        w->after_break = PyList_GET_SIZE(w->blocks) > 0;
        return failed;
    } else if (tag->kind == IMAGE) {
        if (tag->attributes != NULL)
            return keep_alt(w, tag->attributes);
        if (tag->alt.from < tag->alt.to)
            return keep_regular_alt(w, tag->alt);
    } else if (tag->kind == RULE) {
        return end_line(w, keeps_breaks);
    }
    return 0;
}

/* html.py's _scan for lines alone. */
static int scan_tags(Walk *w)
{
    Py_ssize_t at = 0, closed = -1;
    while (at < w->size) {
        Py_ssize_t opened = PyUnicode_FindChar(w->markup, '<', at, w->size, 1);
        if (opened == -2)
            return -1;
        if (opened != at) {
            if (add_text(w, at, opened < 0 ? w->size : opened) < 0)
                return -1;
            w->glued = 0;
            if (opened < 0)
                break;
        }
        if (closed < opened) {
            closed = PyUnicode_FindChar(w->markup, '>', opened, w->size, 1);
            if (closed == -2)
                return -1;
            if (closed == -1)
                closed = PY_SSIZE_T_MAX;
        }
        at = opened + 1;
        if (closed == PY_SSIZE_T_MAX)
            continue; /* no tag ends any more: its characters are text */
        Tag tag = {0};
        Py_ssize_t end = read_tag(w, opened, closed, &tag);
        int failed = end == -2;
        if (end >= 0) {
            at = end + 1;
            failed = tag.mark != NULL && apply(w, &tag) < 0;
        }
        forget_tag(&tag);
        if (failed)
            return -1;
    }
    return end_line(w, w->open[w->opened - 1].keeps_breaks);
}

PyDoc_STRVAR(scan_doc, "scan(markup, marks, short_marks, names_read, zone_of_word, read_tag, read_short, read_line, "
                       "read_alt, block, numbers)\n--\n\n"
                       "The blocks, parents and names of serialised HTML.");

static PyObject *scan(PyObject *Py_UNUSED(module), PyObject *args)
{
    Walk w;
    PyObject *found = NULL;
    memset(&w, 0, sizeof w);
    if (!PyArg_ParseTuple(args, "UO!O!O!O!OOOOO!(lllllllnnn)", &w.markup, &PyDict_Type, &w.marks, &PyDict_Type,
                          &w.short_marks, &PyTuple_Type, &w.names_read, &PyDict_Type, &w.zone_of_word,
                          &w.read_tag, &w.read_short, &w.read_line, &w.read_alt, &PyType_Type, &w.block, &w.article, &w.figure, &w.code, &w.table, &w.quote,
                          &w.list, &w.own_room, &w.long_cell, &w.most_depth, &w.longest_mark))
        return NULL;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(w.names_read); i++) {
        PyObject *name = PyTuple_GET_ITEM(w.names_read, i);
        if (!PyUnicode_Check(name) || !PyUnicode_IS_ASCII(name)) {
            PyErr_SetString(PyExc_TypeError, "names of attributes are ASCII");
            return NULL;
        }
    }
    if (!PyType_IsSubtype((PyTypeObject *)w.block, &PyTuple_Type)) {
        PyErr_SetString(PyExc_TypeError, "blocks are tuples");
        return NULL;
    }
    w.comments = 1;
    w.kind = (int)PyUnicode_KIND(w.markup);
    w.data = PyUnicode_DATA(w.markup);
    w.size = PyUnicode_GET_LENGTH(w.markup);
    w.blocks = PyList_New(0);
    w.parents = PyList_New(0);
    w.names = PyList_New(0);
    w.casefold = PyUnicode_InternFromString("casefold");
    w.nothing = PyUnicode_New(0, 0);
    if (w.blocks == NULL || w.parents == NULL || w.names == NULL || w.casefold == NULL || w.nothing == NULL)
        goto end;
    w.alt = w.nothing;
    Py_INCREF(w.alt);
    w.holder.path = w.holder.tag = w.holder.tokens = w.nothing;
    hold(&w.holder);
    hold(&w.holder);
    if (push(&w, w.holder) == 0 && PyList_Append(w.names, w.nothing) == 0 && add_number(w.parents, 0) == 0
        && scan_tags(&w) == 0)
        found = PyTuple_Pack(3, w.blocks, w.parents, w.names);
end:
    while (w.opened)
        forget(&w.open[--w.opened]);
    forget(&w.holder);
    PyMem_Free(w.open);
    PyMem_Free(w.line);
    Py_XDECREF(w.alt);
    Py_XDECREF(w.nothing);
    Py_XDECREF(w.casefold);
    Py_XDECREF(w.names);
    Py_XDECREF(w.parents);
    Py_XDECREF(w.blocks);
    return found;
}

/* ---- The trees --------------------------------------------------------------------------------------------------- */

enum { MOST_LEAVES = 32 }; /* of one tree: a bit for each */
enum { ROWS = 64 };        /* looked at together */

/* Which leaves of its tree a row can still come to when it is higher than the threshold. The row's leaf is the first
 * that all conditions leave, as in QuickScorer (Lucchese et al. 2015). */
typedef struct {
    float threshold;
    int32_t feature;
    uint32_t higher;
} Condition;

typedef struct {
    Py_ssize_t trees, columns; /* columns: those a table has at least */
    int32_t *counts;           /* of each tree: its conditions */
    Condition (*conditions)[MOST_LEAVES];
    int64_t (*values)[MOST_LEAVES]; /* of its leaves */
} Forest;

static const char FOREST[] = "cleaners._native.forest";

static void free_forest(Forest *forest)
{
    if (forest != NULL) {
        PyMem_Free(forest->counts);
        PyMem_Free(forest->conditions);
        PyMem_Free(forest->values);
        PyMem_Free(forest);
    }
}

static void drop_forest(PyObject *capsule)
{
    free_forest(PyCapsule_GetPointer(capsule, FOREST));
}

/* A contiguous array of numbers that are, in C, of type `format` (of struct) and `size` bytes. */
static int numbers(PyObject *array, Py_buffer *view, int dimensions, const char *formats, Py_ssize_t size, int flags)
{
    if (PyObject_GetBuffer(array, view, PyBUF_C_CONTIGUOUS | PyBUF_FORMAT | flags) < 0)
        return -1;
    if (view->ndim == dimensions && view->itemsize == size && view->format != NULL && view->format[0] != '\0'
        && view->format[1] == '\0' && strchr(formats, view->format[0]) != NULL
        && (uintptr_t)view->buf % (uintptr_t)size == 0)
        return 0;
    PyBuffer_Release(view);
    PyErr_SetString(PyExc_TypeError, "an array of another type");
    return -1;
}

typedef struct {
    const int64_t *feature, *children, *value, *roots;
    const float *threshold;
    Py_ssize_t nodes, depth;
} Arrays;

enum { SOUND, DAMAGED, TOO_LARGE };

/* Reads one tree, leaves from low to high. A child stands behind its parent, so every way down ends. */
static int read_tree(Forest *forest, Py_ssize_t tree, const Arrays *arrays)
{
    struct { int64_t node; Py_ssize_t level; int32_t above; } pending[MOST_LEAVES];
    int32_t first[MOST_LEAVES], count = 0, leaves = 0, waiting = 0;
    Condition *conditions = forest->conditions[tree];
    pending[waiting].node = arrays->roots[tree];
    pending[waiting].level = 0;
    pending[waiting++].above = -1;
    while (waiting) {
        int64_t node = pending[--waiting].node;
        Py_ssize_t level = pending[waiting].level;
        int32_t above = pending[waiting].above;
        if (above >= 0) /* the lower side of that condition has been read */
            for (int32_t leaf = first[above]; leaf < leaves; leaf++)
                conditions[above].higher &= ~((uint32_t)1 << leaf);
        for (;; level++) {
            if (node < 0 || node >= arrays->nodes)
                return DAMAGED;
            int64_t higher = arrays->children[2 * node], lower = arrays->children[2 * node + 1];
            if (higher == node && lower == node)
                break;
            int64_t feature = arrays->feature[node];
            if (higher <= node || lower <= node || feature < 0 || feature >= INT32_MAX || level >= arrays->depth)
                return DAMAGED;
            if (waiting == MOST_LEAVES || count == MOST_LEAVES)
                return TOO_LARGE;
            conditions[count] = (Condition){arrays->threshold[node], (int32_t)feature, UINT32_MAX};
            if (feature >= forest->columns)
                forest->columns = (Py_ssize_t)feature + 1;
            first[count] = leaves;
            pending[waiting].node = higher;
            pending[waiting].level = level + 1;
            pending[waiting++].above = count++;
            node = lower;
        }
        if (leaves == MOST_LEAVES)
            return TOO_LARGE;
        forest->values[tree][leaves++] = arrays->value[node];
    }
    forest->counts[tree] = count;
    return SOUND;
}

/* The trees of these arrays; NULL when they are none, too large, or memory is short. */
static Forest *read_trees(const Arrays *arrays, Py_ssize_t trees, int *state)
{
    Forest *forest = PyMem_Calloc(1, sizeof *forest);
    if (forest == NULL)
        return NULL;
    size_t wanted = (size_t)trees + 1; /* never nothing */
    forest->trees = trees;
    forest->counts = PyMem_Calloc(wanted, sizeof *forest->counts);
    forest->conditions = PyMem_Calloc(wanted, sizeof *forest->conditions);
    forest->values = PyMem_Calloc(wanted, sizeof *forest->values);
    int whole = forest->counts != NULL && forest->conditions != NULL && forest->values != NULL;
    for (Py_ssize_t tree = 0; whole && *state == SOUND && tree < trees; tree++)
        *state = read_tree(forest, tree, arrays);
    if (whole && *state == SOUND)
        return forest;
    free_forest(forest);
    return NULL;
}

PyDoc_STRVAR(forest_doc, "forest(feature, threshold, children, value, roots, depth)\n--\n\n"
                         "The trees, for `sums`, or None when they are too large for it. ValueError when a damaged\n"
                         "file gave arrays that are none.");

static PyObject *forest(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *given[5], *capsule = NULL;
    Py_buffer view[5];
    Arrays arrays;
    int held = 0, state = SOUND;
    if (!PyArg_ParseTuple(args, "OOOOOn", &given[0], &given[1], &given[2], &given[3], &given[4], &arrays.depth))
        return NULL;
    for (; held < 5; held++) {
        int is_float = held == 1;
        if (numbers(given[held], &view[held], 1, is_float ? "f" : "lq", is_float ? 4 : 8, 0) < 0)
            goto end;
    }
    arrays.feature = view[0].buf;
    arrays.threshold = view[1].buf;
    arrays.children = view[2].buf;
    arrays.value = view[3].buf;
    arrays.roots = view[4].buf;
    arrays.nodes = view[0].shape[0];
    if (view[1].shape[0] != arrays.nodes || view[3].shape[0] != arrays.nodes || view[2].shape[0] % 2
        || view[2].shape[0] / 2 != arrays.nodes)
        state = DAMAGED;
    Forest *made = state == SOUND ? read_trees(&arrays, view[4].shape[0], &state) : NULL;
    if (made != NULL) {
        capsule = PyCapsule_New(made, FOREST, drop_forest);
        if (capsule == NULL)
            free_forest(made);
    } else if (state == TOO_LARGE) {
        capsule = Py_None;
        Py_INCREF(capsule);
    } else if (state == DAMAGED) {
        PyErr_SetString(PyExc_ValueError, "the arrays are no trees");
    } else {
        PyErr_NoMemory();
    }
end:
    while (held)
        PyBuffer_Release(&view[--held]);
    return capsule;
}

/* Adds up the leaves of ROWS rows; `table` has their values column by column. */
static void add_leaves(const Forest *forest, const float *table, uint64_t *sums)
{
    for (Py_ssize_t tree = 0; tree < forest->trees; tree++) {
        uint32_t left[ROWS];
        memset(left, 0xFF, sizeof left);
        for (int32_t i = 0; i < forest->counts[tree]; i++) {
            const Condition condition = forest->conditions[tree][i];
            const float *column = table + (Py_ssize_t)condition.feature * ROWS;
            for (int row = 0; row < ROWS; row++)
                left[row] &= condition.higher | -(uint32_t)(column[row] <= condition.threshold);
        }
        for (int row = 0; row < ROWS; row++)
            sums[row] += (uint64_t)forest->values[tree][__builtin_ctz(left[row])]; /* never 0: the last leaf stays */
    }
}

PyDoc_STRVAR(sums_doc, "sums(forest, table, out)\n--\n\nFor each row of the table the sum of its leaves' values.");

static PyObject *sums(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *capsule, *table_array, *out_array, *done = NULL;
    Py_buffer table, out;
    if (!PyArg_ParseTuple(args, "OOO", &capsule, &table_array, &out_array))
        return NULL;
    const Forest *forest = PyCapsule_GetPointer(capsule, FOREST);
    if (forest == NULL || numbers(table_array, &table, 2, "f", 4, 0) < 0)
        return NULL;
    if (numbers(out_array, &out, 1, "lq", 8, PyBUF_WRITABLE) < 0) {
        PyBuffer_Release(&table);
        return NULL;
    }
    Py_ssize_t rows = table.shape[0], columns = table.shape[1];
    float *turned = NULL;
    if (columns < forest->columns || out.shape[0] != rows) {
        PyErr_SetString(PyExc_ValueError, "the table does not fit the trees");
        goto end;
    }
    turned = PyMem_Calloc((size_t)columns + 1, ROWS * sizeof *turned);
    if (turned == NULL) {
        PyErr_NoMemory();
        goto end;
    }
    Py_BEGIN_ALLOW_THREADS
    for (Py_ssize_t start = 0; start < rows; start += ROWS) {
        Py_ssize_t count = rows - start < ROWS ? rows - start : ROWS;
        const float *from = (const float *)table.buf + start * columns;
        uint64_t total[ROWS] = {0}; /* wraps around as numpy's sums do */
        for (Py_ssize_t row = 0; row < count; row++)
            for (Py_ssize_t column = 0; column < columns; column++)
                turned[column * ROWS + row] = from[row * columns + column];
        add_leaves(forest, turned, total);
        memcpy((int64_t *)out.buf + start, total, (size_t)count * sizeof *total);
    }
    Py_END_ALLOW_THREADS
    done = Py_None;
    Py_INCREF(done);
end:
    PyMem_Free(turned);
    PyBuffer_Release(&out);
    PyBuffer_Release(&table);
    return done;
}

/* ---- The evidence ------------------------------------------------------------------------------------------------ */

/* An array that a function takes, as `numbers` checks it. */
typedef struct {
    PyObject *array;
    int dimensions;
    const char *formats;
    Py_ssize_t size;
    int flags;
} Wanted;

static void release(Py_buffer *views, int count)
{
    while (count)
        PyBuffer_Release(&views[--count]);
}

/* Takes all of the arrays, or none. */
static int take(Py_buffer *views, const Wanted *wanted, int count)
{
    for (int i = 0; i < count; i++)
        if (numbers(wanted[i].array, &views[i], wanted[i].dimensions, wanted[i].formats, wanted[i].size,
                    wanted[i].flags) < 0) {
            release(views, i);
            return -1;
        }
    return 0;
}

static int unfit(const char *what)
{
    PyErr_SetString(PyExc_ValueError, what);
    return -1;
}

/* None, or NULL after an error. */
static PyObject *none_unless(int failed)
{
    if (failed)
        return NULL;
    Py_INCREF(Py_None);
    return Py_None;
}

static int all_strings(PyObject *lines)
{
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(lines); i++)
        if (!PyUnicode_Check(PyList_GET_ITEM(lines, i))) {
            PyErr_SetString(PyExc_TypeError, "a line is no string");
            return 0;
        }
    return 1;
}

typedef struct {
    const uint8_t *is_word; /* of the characters below `known` */
    Py_ssize_t known;
    uint64_t base;
    uint64_t *number; /* the words found */
    Py_ssize_t count, room;
} Spelling;

/* Gives each word of a line its number; -1 when there is no room for it. */
static inline int spell_line(Spelling *s, int kind, const void *line, Py_ssize_t length)
{
    for (Py_ssize_t at = 0; at < length; at++) {
        uint64_t sum = 0, power = 1;
        Py_ssize_t begin = at;
        for (; at < length; at++) {
            Py_UCS4 c = PyUnicode_READ(kind, line, at);
            if ((Py_ssize_t)c < s->known ? !s->is_word[c] : c < 0x20000)
                break;
            sum += (c >= '0' && c <= '9' ? '0' : c) * power;
            power *= s->base;
        }
        if (at == begin)
            continue;
        if (s->count == s->room)
            return -1;
        s->number[s->count++] = sum ^ sum >> 32;
    }
    return 0;
}

PyDoc_STRVAR(spell_doc, "spell(lines, is_word, base, number, begins)\n--\n\n"
                        "Writes the number of each word, and where the words of each line begin.");

static PyObject *spell(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *lines, *is_word, *number, *begins;
    unsigned long long base;
    Py_buffer views[3];
    if (!PyArg_ParseTuple(args, "O!OKOO", &PyList_Type, &lines, &is_word, &base, &number, &begins))
        return NULL;
    const Wanted wanted[] = {{is_word, 1, "?", 1, 0}, {number, 1, "LQ", 8, PyBUF_WRITABLE},
                             {begins, 1, "lq", 8, PyBUF_WRITABLE}};
    if (!all_strings(lines) || take(views, wanted, 3) < 0)
        return NULL;
    Spelling s = {views[0].buf, views[0].shape[0], base, views[1].buf, 0, views[1].shape[0]};
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
    int failed = 0;
    if (views[1].shape[0] != lines + 1 || !are_begins(begin, lines, views[0].shape[0]))
        failed = unfit("the words do not fit the lines");
    for (Py_ssize_t i = 0; !failed && i < lines; i++) {
        Py_ssize_t count = 0;
        for (int64_t at = begin[i]; at < begin[i + 1]; at++) {
            Py_ssize_t place = place_of_number(keys, size, word[at]);
            count += place < size && keys[place] == word[at];
        }
        ((double *)views[3].buf)[i] = (double)count;
    }
    release(views, 4);
    return none_unless(failed);
}

enum { LOWEST = 3 }; /* of a line's weights that are added up, as in lexicon.py */

/* What the wordings of a line weigh. */
typedef struct {
    const uint32_t *known; /* sorted, with their weights */
    const float *weights;
    const int64_t *places; /* of the first known wording with these first bits, and of the one behind the last */
    int other_bits;
    Py_ssize_t count;
    double sum, lowest[LOWEST], most; /* lowest: from low to high */
} Weighing;

static inline void weigh_wording(Weighing *w, uint64_t number)
{
    uint32_t wording = (uint32_t)(number >> 32);
    const int64_t *among = w->places + (wording >> w->other_bits);
    Py_ssize_t place = among[0] + place_of_wording(w->known + among[0], among[1] - among[0], wording);
    if (place == among[1] || w->known[place] != wording)
        return;
    double weight = (double)w->weights[place];
    w->sum += weight;
    if (w->count == 0 || weight > w->most)
        w->most = weight;
    Py_ssize_t to = w->count < LOWEST ? w->count : LOWEST;
    w->count++;
    for (; to > 0 && weight < w->lowest[to - 1]; to--)
        if (to < LOWEST)
            w->lowest[to] = w->lowest[to - 1];
    if (to < LOWEST)
        w->lowest[to] = weight;
}

PyDoc_STRVAR(weigh_wordings_doc,
             "weigh_wordings(number, begins, first, last, next, begin, places, known, weights, out)\n--\n\n"
             "Writes four rows: for each line the mean, least, most and lowest three of its wordings' weights.");

static PyObject *weigh_wordings(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *number, *begins, *places, *known, *weights, *out;
    Py_ssize_t first, last;
    unsigned long long next, beginning;
    Py_buffer views[6];
    if (!PyArg_ParseTuple(args, "OOnnKKOOOO", &number, &begins, &first, &last, &next, &beginning, &places, &known,
                          &weights, &out))
        return NULL;
    const Wanted wanted[] = {{number, 1, "LQ", 8, 0}, {begins, 1, "lq", 8, 0}, {places, 1, "lq", 8, 0},
                             {known, 1, "IL", 4, 0}, {weights, 1, "f", 4, 0}, {out, 2, "d", 8, PyBUF_WRITABLE}};
    if (take(views, wanted, 6) < 0)
        return NULL;
    const uint64_t *words = views[0].buf;
    const int64_t *begin = views[1].buf;
    double *rows = views[5].buf;
    Py_ssize_t lines = views[5].shape[1], size = views[3].shape[0], failed = 0;
    int bits = 0;
    while (bits < 31 && (Py_ssize_t)1 << bits < views[2].shape[0] - 1)
        bits++;
    if (views[5].shape[0] != 4 || views[1].shape[0] != lines + 1 || !are_begins(begin, lines, views[0].shape[0]))
        failed = unfit("the words do not fit the lines");
    else if (bits == 0 || views[2].shape[0] != ((Py_ssize_t)1 << bits) + 1
             || !are_begins(views[2].buf, (Py_ssize_t)1 << bits, size) || views[4].shape[0] != size)
        failed = unfit("the weights do not fit the wordings");
    for (Py_ssize_t i = 0; !failed && i < lines; i++) {
        const uint64_t *word = words + begin[i];
        Py_ssize_t count = begin[i + 1] - begin[i];
        Weighing w = {.known = views[3].buf, .weights = views[4].buf, .places = views[2].buf, .other_bits = 32 - bits};
        for (Py_ssize_t at = 0; at < count; at++) {
            if (at >= first && count - 1 - at >= last)
                continue;
            weigh_wording(&w, word[at]);
            if (at + 1 == count || (at + 1 >= first && count - 2 - at >= last))
                continue;
            uint64_t pair = word[at] * next + word[at + 1];
            weigh_wording(&w, pair);
            if (at == 0)
                weigh_wording(&w, pair * beginning);
        }
        double lowest = 0;
        for (Py_ssize_t rank = 0; rank < w.count && rank < LOWEST; rank++)
            lowest += w.lowest[rank];
        rows[i] = w.count ? w.sum / (double)w.count : 0;
        rows[lines + i] = w.lowest[0];
        rows[2 * lines + i] = w.most;
        rows[3 * lines + i] = lowest;
    }
    release(views, 6);
    return none_unless(failed);
}

enum { CLASSES = 16 }; /* of characters: the bits of their number */
enum { ENDS = 4 };     /* characters of a line that are told: its first, last, final one, and two before that */

/* What features.py says of characters; the last of `classes` stands for all behind it. */
typedef struct {
    const uint16_t *classes;
    Py_ssize_t known;
    int closer, stop;
    Py_ssize_t most_closers;
} Characters;

static inline uint16_t class_of(const Characters *characters, Py_UCS4 c)
{
    return characters->classes[(Py_ssize_t)c < characters->known ? (Py_ssize_t)c : characters->known - 1];
}

/* Counts the characters of each class; a stop counts where a space follows. */
static inline void count_classes(const Characters *characters, int kind, const void *line, Py_ssize_t length,
                                 Py_ssize_t *counts)
{
    const unsigned stop = 1u << characters->stop;
    for (Py_ssize_t at = 0; at < length; at++) {
        unsigned bits = class_of(characters, PyUnicode_READ(kind, line, at));
        if (bits & stop && (at + 1 == length || PyUnicode_READ(kind, line, at + 1) != ' '))
            bits ^= stop;
        for (; bits; bits &= bits - 1)
            counts[__builtin_ctz(bits)]++;
    }
}

PyDoc_STRVAR(looks_doc,
             "looks(lines, classes, closer, most_closers, stop, counts, ends)\n--\n\n"
             "Writes for each line how many characters it has of each class, and the characters at its ends.");

static PyObject *looks(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *lines, *classes, *counts, *ends;
    Characters characters;
    Py_buffer views[3];
    if (!PyArg_ParseTuple(args, "O!OiniOO", &PyList_Type, &lines, &classes, &characters.closer,
                          &characters.most_closers, &characters.stop, &counts, &ends))
        return NULL;
    const Wanted wanted[] = {{classes, 1, "H", 2, 0}, {counts, 2, "lq", 8, PyBUF_WRITABLE},
                             {ends, 2, "IL", 4, PyBUF_WRITABLE}};
    if (!all_strings(lines) || take(views, wanted, 3) < 0)
        return NULL;
    Py_ssize_t count = PyList_GET_SIZE(lines);
    int64_t *counted = views[1].buf;
    uint32_t *end = views[2].buf;
    Py_UCS4 end_before = 0;
    int failed = 0;
    characters.classes = views[0].buf;
    characters.known = views[0].shape[0];
    if (characters.known == 0 || characters.closer < 0 || characters.closer >= CLASSES || characters.stop < 0
        || characters.stop >= CLASSES || views[1].shape[0] != CLASSES || views[1].shape[1] != count
        || views[2].shape[0] != ENDS || views[2].shape[1] != count)
        failed = unfit("no room for what the lines look like");
    for (Py_ssize_t i = 0; !failed && i < count; i++) {
        PyObject *line = PyList_GET_ITEM(lines, i);
        const void *data = PyUnicode_DATA(line);
        Py_ssize_t length = PyUnicode_GET_LENGTH(line), found[CLASSES] = {0};
        int kind = (int)PyUnicode_KIND(line);
        switch (kind) {
        case PyUnicode_1BYTE_KIND:
            count_classes(&characters, PyUnicode_1BYTE_KIND, data, length, found);
            break;
        case PyUnicode_2BYTE_KIND:
            count_classes(&characters, PyUnicode_2BYTE_KIND, data, length, found);
            break;
        default:
            count_classes(&characters, PyUnicode_4BYTE_KIND, data, length, found);
        }
        for (int class = 0; class < CLASSES; class++)
            counted[class * count + i] = found[class];
        Py_ssize_t final = length - 1;
        for (Py_ssize_t n = 0; n < characters.most_closers && final > 0
                               && class_of(&characters, PyUnicode_READ(kind, data, final)) >> characters.closer & 1; n++)
            final--;
        if (length == 0) {
            for (int place = 0; place < ENDS; place++)
                end[place * count + i] = '\n';
            end_before = '\n';
            continue;
        }
        Py_UCS4 before = final == 1 ? '\n' : end_before; /* as if the lines stood in one text */
        if (final >= 2)
            before = PyUnicode_READ(kind, data, final - 2);
        else if (i == 0)
            before = PyUnicode_READ(kind, data, 0);
        end_before = PyUnicode_READ(kind, data, length - 1);
        end[i] = PyUnicode_READ(kind, data, 0);
        end[count + i] = end_before;
        end[2 * count + i] = PyUnicode_READ(kind, data, final);
        end[3 * count + i] = before;
    }
    release(views, 3);
    return none_unless(failed);
}

/* The numbers of a list or tuple, to be freed with PyMem_Free; NULL after an error. */
static Py_ssize_t *read_numbers(PyObject *given, Py_ssize_t *count)
{
    if (!PyList_Check(given) && !PyTuple_Check(given)) {
        PyErr_SetString(PyExc_TypeError, "no list or tuple");
        return NULL;
    }
    *count = PySequence_Fast_GET_SIZE(given);
    Py_ssize_t *read = PyMem_Malloc(((size_t)*count + 1) * sizeof *read);
    if (read == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    for (Py_ssize_t i = 0; i < *count; i++) {
        PyObject *number = PySequence_Fast_GET_ITEM(given, i);
        read[i] = PyLong_Check(number) ? PyLong_AsSsize_t(number) : -1;
        if (read[i] < 0) {
            if (!PyErr_Occurred())
                PyErr_SetString(PyExc_ValueError, "no place");
            PyMem_Free(read);
            return NULL;
        }
    }
    return read;
}

/* The element around each one, which stands before it; the first is the page. Freed and failing as `read_numbers`. */
static Py_ssize_t *read_parents(PyObject *given, Py_ssize_t *count)
{
    Py_ssize_t *parents = read_numbers(given, count);
    int failed = parents != NULL && *count == 0;
    for (Py_ssize_t element = 1; parents != NULL && element < *count; element++)
        failed = failed || parents[element] >= element;
    if (!failed)
        return parents;
    PyMem_Free(parents);
    unfit("an element stands before the one around it");
    return NULL;
}

/* True when all of these are numbers of elements. */
static int are_places(const int64_t *elements, Py_ssize_t lines, Py_ssize_t count)
{
    for (Py_ssize_t line = 0; line < lines; line++)
        if (elements[line] < 0 || elements[line] >= count)
            return unfit("a line in no element") == 0;
    return 1;
}

/* The fields of the blocks that a function reads. */
typedef struct {
    PyObject *blocks;
    Py_ssize_t *places, count;
} Fields;

static int read_fields(Fields *fields, PyObject *blocks, PyObject *places)
{
    fields->blocks = blocks;
    fields->places = read_numbers(places, &fields->count);
    if (fields->places == NULL)
        return -1;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(blocks); i++) {
        PyObject *block = PyTuple_GET_ITEM(blocks, i);
        for (Py_ssize_t place = 0; place < fields->count; place++)
            if (!PyTuple_Check(block) || fields->places[place] >= PyTuple_GET_SIZE(block)) {
                PyMem_Free(fields->places);
                return unfit("a block without the field");
            }
    }
    return 0;
}

static PyObject *field_of(const Fields *fields, Py_ssize_t block, Py_ssize_t place)
{
    return PyTuple_GET_ITEM(PyTuple_GET_ITEM(fields->blocks, block), fields->places[place]);
}

PyDoc_STRVAR(fields_doc, "fields(blocks, places, out)\n--\n\n"
                         "Writes the whole numbers that the blocks hold at these places, a row each.");

static PyObject *fields(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *blocks, *places, *out;
    Py_buffer rows;
    Fields read;
    if (!PyArg_ParseTuple(args, "O!OO", &PyTuple_Type, &blocks, &places, &out)
        || numbers(out, &rows, 2, "lq", 8, PyBUF_WRITABLE) < 0)
        return NULL;
    if (read_fields(&read, blocks, places) < 0) {
        PyBuffer_Release(&rows);
        return NULL;
    }
    int64_t *number = rows.buf;
    Py_ssize_t count = PyTuple_GET_SIZE(blocks);
    int failed = 0;
    if (rows.shape[0] != read.count || rows.shape[1] != count)
        failed = unfit("no room for the fields");
    for (Py_ssize_t place = 0; !failed && place < read.count; place++)
        for (Py_ssize_t i = 0; !failed && i < count; i++) {
            *number = PyLong_AsLongLong(field_of(&read, i, place));
            failed = *number++ == -1 && PyErr_Occurred() != NULL;
        }
    PyMem_Free(read.places);
    PyBuffer_Release(&rows);
    return none_unless(failed);
}

/* The number of the block's group, a new one for a new key; -1 after an error. */
static Py_ssize_t group_of(const Fields *fields, Py_ssize_t block, PyObject *known)
{
    PyObject *key = PyTuple_New(fields->count);
    PyObject *next = key == NULL ? NULL : PyLong_FromSsize_t(PyDict_GET_SIZE(known));
    Py_ssize_t group = -1;
    if (next != NULL) {
        for (Py_ssize_t place = 0; place < fields->count; place++) {
            PyObject *field = field_of(fields, block, place);
            Py_INCREF(field);
            PyTuple_SET_ITEM(key, place, field);
        }
        PyObject *found = PyDict_SetDefault(known, key, next);
        group = found == NULL ? -1 : PyLong_AsSsize_t(found);
    }
    Py_XDECREF(next);
    Py_XDECREF(key);
    return group;
}

PyDoc_STRVAR(groups_doc, "groups(blocks, places, out)\n--\n\n"
                         "Writes for each block the number of those that are equal to it at these places.");

static PyObject *groups(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *blocks, *places, *out;
    Py_buffer group;
    Fields read;
    if (!PyArg_ParseTuple(args, "O!OO", &PyTuple_Type, &blocks, &places, &out)
        || numbers(out, &group, 1, "lq", 8, PyBUF_WRITABLE) < 0)
        return NULL;
    if (read_fields(&read, blocks, places) < 0) {
        PyBuffer_Release(&group);
        return NULL;
    }
    Py_ssize_t count = PyTuple_GET_SIZE(blocks);
    PyObject *known = PyDict_New();
    int failed = known == NULL;
    if (!failed && group.shape[0] != count)
        failed = unfit("no room for the groups");
    for (Py_ssize_t i = 0; !failed && i < count; i++) {
        Py_ssize_t number = group_of(&read, i, known);
        ((int64_t *)group.buf)[i] = number;
        failed = number < 0;
    }
    Py_XDECREF(known);
    PyMem_Free(read.places);
    PyBuffer_Release(&group);
    return none_unless(failed);
}

/* What the names of an element weigh, as _Weight of lexicon.py. */
typedef struct {
    double least, most, sum;
    Py_ssize_t count;
} Weights;

/* Adds the weight of a name, if it has one; takes over the reference. */
static int add_name(Weights *weights, PyObject *known, PyObject *name)
{
    PyObject *found = name == NULL ? NULL : PyDict_GetItemWithError(known, name);
    Py_XDECREF(name);
    double weight = found == NULL ? 0 : PyFloat_AsDouble(found);
    if (found == NULL || (weight == -1 && PyErr_Occurred()))
        return PyErr_Occurred() ? -1 : 0;
    weights->least = weight < weights->least ? weight : weights->least;
    weights->most = weight > weights->most ? weight : weights->most;
    weights->sum += weight;
    weights->count++;
    return 0;
}

/* Adds the weights of a tag, class or id: of each word in it, and of it whole, with a dot before it. */
static int add_part(Weights *weights, PyObject *known, PyObject *part, PyObject *nothing)
{
    int kind = (int)PyUnicode_KIND(part);
    const void *data = PyUnicode_DATA(part);
    Py_ssize_t length = PyUnicode_GET_LENGTH(part);
    for (Py_ssize_t at = 0, end; at < length; at = end + 1) {
        for (end = at; end < length && PyUnicode_READ(kind, data, end) >= 'a' && PyUnicode_READ(kind, data, end) <= 'z';)
            end++;
        if (end - at >= 2 && add_name(weights, known, PyUnicode_Substring(part, at, end)) < 0)
            return -1;
    }
    return add_name(weights, known, joined(nothing, '.', part));
}

/* lexicon.py's _weigh: a new reference, NULL after an error. */
static PyObject *weigh_element(PyObject *element, PyObject *known, PyObject *nothing)
{
    Weights weights = {0, 0, 0, 0};
    PyObject *parts = PyUnicode_Split(element, NULL, -1);
    int failed = parts == NULL;
    for (Py_ssize_t i = 0; !failed && i < PyList_GET_SIZE(parts); i++)
        failed = add_part(&weights, known, PyList_GET_ITEM(parts, i), nothing) < 0;
    Py_XDECREF(parts);
    if (failed)
        return NULL;
    if (weights.count == 0)
        return Py_BuildValue("(ddO)", 0.0, 0.0, Py_None);
    return Py_BuildValue("(ddd)", weights.least, weights.most, weights.sum / (double)weights.count);
}

/* What is told of an element: of the names from the page down to it. */
typedef struct {
    double least, most, near, sum;
    int known;
} Told;

/* Adds the element's weight to what is told of the one around it. */
static int tell(Told *told, const Told *around, PyObject *weight)
{
    double least, most;
    PyObject *mean;
    *told = *around;
    if (!PyTuple_Check(weight) || !PyArg_ParseTuple(weight, "ddO", &least, &most, &mean))
        return unfit("no weight of an element");
    if (least < told->least)
        told->least = least;
    if (most > told->most)
        told->most = most;
    if (mean != Py_None)
        told->near = PyFloat_AsDouble(mean);
    told->sum += least + most;
    return PyErr_Occurred() ? -1 : 0;
}

PyDoc_STRVAR(weigh_names_doc,
             "weigh_names(names, parents, elements, known, weighed, longest, out)\n--\n\n"
             "Writes four rows: of the names around each line their least, most, nearest and summed weights. Elements\n"
             "whose names are no longer than `longest` are remembered in `weighed`.");

static PyObject *weigh_names(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *names, *given_parents, *element_array, *known, *weighed, *out, *nothing = NULL;
    Py_ssize_t longest, count, *parents = NULL, *way = NULL;
    Told *told = NULL;
    Py_buffer views[2];
    int failed = -1;
    if (!PyArg_ParseTuple(args, "O!OOO!O!nO", &PyTuple_Type, &names, &given_parents, &element_array, &PyDict_Type,
                          &known, &PyDict_Type, &weighed, &longest, &out))
        return NULL;
    const Wanted wanted[] = {{element_array, 1, "lq", 8, 0}, {out, 2, "d", 8, PyBUF_WRITABLE}};
    if (take(views, wanted, 2) < 0)
        return NULL;
    const int64_t *elements = views[0].buf;
    Py_ssize_t lines = views[0].shape[0];
    parents = read_parents(given_parents, &count);
    if (parents == NULL || !are_places(elements, lines, count))
        goto end;
    if (PyTuple_GET_SIZE(names) != count || views[1].shape[0] != 4 || views[1].shape[1] != lines) {
        unfit("the names do not fit the elements");
        goto end;
    }
    nothing = PyUnicode_New(0, 0);
    way = PyMem_Malloc((size_t)count * sizeof *way);
    told = PyMem_Calloc((size_t)count, sizeof *told);
    if (nothing == NULL || way == NULL || told == NULL) {
        PyErr_NoMemory();
        goto end;
    }
    told[0].known = 1;
    for (Py_ssize_t line = 0; line < lines; line++) {
        Py_ssize_t steps = 0, element = elements[line];
        for (; !told[element].known; element = parents[element])
            way[steps++] = element;
        while (steps) {
            element = way[--steps];
            PyObject *name = PyTuple_GET_ITEM(names, element);
            if (!PyUnicode_Check(name)) {
                PyErr_SetString(PyExc_TypeError, "a name is no string");
                goto end;
            }
            PyObject *weight = PyDict_GetItemWithError(weighed, name);
            Py_XINCREF(weight);
            if (weight == NULL && !PyErr_Occurred()) {
                weight = weigh_element(name, known, nothing);
                if (weight != NULL && PyUnicode_GET_LENGTH(name) <= longest && PyDict_SetItem(weighed, name, weight) < 0)
                    Py_CLEAR(weight);
            }
            int unknown = weight == NULL || tell(&told[element], &told[parents[element]], weight) < 0;
            Py_XDECREF(weight);
            if (unknown)
                goto end;
        }
        const Told *found = &told[elements[line]];
        double *row = (double *)views[1].buf + line;
        row[0] = found->least;
        row[lines] = found->most;
        row[2 * lines] = found->near;
        row[3 * lines] = found->sum;
    }
    failed = 0;
end:
    PyMem_Free(told);
    PyMem_Free(way);
    Py_XDECREF(nothing);
    PyMem_Free(parents);
    release(views, 2);
    return none_unless(failed);
}

PyDoc_STRVAR(spans_doc, "spans(parents, elements, first, after)\n--\n\n"
                        "Writes for each element the first line inside it and the one after the last.");

static PyObject *spans(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *given_parents, *element_array, *first_array, *after_array;
    Py_ssize_t count;
    Py_buffer views[3];
    int failed = -1;
    if (!PyArg_ParseTuple(args, "OOOO", &given_parents, &element_array, &first_array, &after_array))
        return NULL;
    const Wanted wanted[] = {{element_array, 1, "lq", 8, 0}, {first_array, 1, "lq", 8, PyBUF_WRITABLE},
                             {after_array, 1, "lq", 8, PyBUF_WRITABLE}};
    if (take(views, wanted, 3) < 0)
        return NULL;
    const int64_t *elements = views[0].buf;
    int64_t *first = views[1].buf, *after = views[2].buf;
    Py_ssize_t lines = views[0].shape[0], *parents = read_parents(given_parents, &count);
    if (parents == NULL || !are_places(elements, lines, count))
        goto end;
    if (views[1].shape[0] != count || views[2].shape[0] != count) {
        unfit("no room for the elements");
        goto end;
    }
    for (Py_ssize_t element = 0; element < count; element++) {
        first[element] = lines;
        after[element] = 0;
    }
    for (Py_ssize_t line = 0; line < lines; line++) {
        int64_t element = elements[line];
        first[element] = first[element] == lines ? line : first[element];
        after[element] = line + 1;
    }
    for (Py_ssize_t element = count - 1; element > 0; element--) {
        Py_ssize_t parent = parents[element];
        first[parent] = first[element] < first[parent] ? first[element] : first[parent];
        after[parent] = after[element] > after[parent] ? after[element] : after[parent];
    }
    for (Py_ssize_t element = 0; element < count; element++)
        first[element] = first[element] < after[element] ? first[element] : after[element];
    failed = 0;
end:
    PyMem_Free(parents);
    release(views, 3);
    return none_unless(failed);
}

/* An element as the way to the article sees it. */
typedef struct {
    Py_ssize_t heaviest; /* child */
    double most;         /* its weight */
    int on_way;
} Stop;

PyDoc_STRVAR(trunk_doc, "trunk(parents, weight, share, branch, level, off)\n--\n\n"
                        "Follows the child that holds most, as long as it holds that share, and writes for each\n"
                        "element the branch it lies on, where that leaves the way, and how deep it lies inside it.\n"
                        "Gives the last element of the way.");

static PyObject *trunk(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *given_parents, *array[4];
    double share;
    Py_ssize_t count = 0, core = 0;
    Py_buffer views[4];
    if (!PyArg_ParseTuple(args, "OOdOOO", &given_parents, &array[0], &share, &array[1], &array[2], &array[3]))
        return NULL;
    const Wanted wanted[] = {{array[0], 1, "d", 8, 0}, {array[1], 1, "lq", 8, PyBUF_WRITABLE},
                             {array[2], 1, "lq", 8, PyBUF_WRITABLE}, {array[3], 1, "lq", 8, PyBUF_WRITABLE}};
    if (take(views, wanted, 4) < 0)
        return NULL;
    const double *weight = views[0].buf;
    int64_t *branch = views[1].buf, *level = views[2].buf, *off = views[3].buf;
    Py_ssize_t *parents = read_parents(given_parents, &count);
    Stop *stops = parents == NULL ? NULL : PyMem_Calloc((size_t)count, sizeof *stops);
    int failed = stops == NULL;
    if (parents != NULL && stops == NULL)
        PyErr_NoMemory();
    for (int i = 0; !failed && i < 4; i++)
        if (views[i].shape[0] != count)
            failed = unfit("no room for the elements");
    if (failed)
        goto end;
    for (Py_ssize_t element = 0; element < count; element++)
        stops[element].most = -1;
    for (Py_ssize_t element = 1; element < count; element++)
        if (weight[element] > stops[parents[element]].most) {
            stops[parents[element]].heaviest = element;
            stops[parents[element]].most = weight[element];
        }
    stops[0].on_way = 1;
    level[0] = 0;
    while (stops[core].most > 0 && stops[core].most >= share * weight[core]) {
        Py_ssize_t next = stops[core].heaviest;
        stops[next].on_way = 1;
        level[next] = level[core] + 1;
        core = next;
    }
    for (Py_ssize_t element = 0; element < count; element++) {
        Py_ssize_t parent = parents[element];
        branch[element] = element;
        off[element] = 0;
        if (stops[element].on_way)
            continue;
        level[element] = level[parent];
        off[element] = off[parent] + 1;
        if (!stops[parent].on_way)
            branch[element] = branch[parent];
    }
end:
    PyMem_Free(stops);
    PyMem_Free(parents);
    release(views, 4);
    return failed ? NULL : PyLong_FromSsize_t(core);
}

/* ---- The module -------------------------------------------------------------------------------------------------- */

static PyMethodDef METHODS[] = {
    {"scan", scan, METH_VARARGS, scan_doc},
    {"forest", forest, METH_VARARGS, forest_doc},
    {"sums", sums, METH_VARARGS, sums_doc},
    {"spell", spell, METH_VARARGS, spell_doc},
    {"count_among", count_among, METH_VARARGS, count_among_doc},
    {"weigh_wordings", weigh_wordings, METH_VARARGS, weigh_wordings_doc},
    {"weigh_names", weigh_names, METH_VARARGS, weigh_names_doc},
    {"fields", fields, METH_VARARGS, fields_doc},
    {"groups", groups, METH_VARARGS, groups_doc},
    {"looks", looks, METH_VARARGS, looks_doc},
    {"spans", spans, METH_VARARGS, spans_doc},
    {"trunk", trunk, METH_VARARGS, trunk_doc},
    {NULL, NULL, 0, NULL},
};

static int begin(PyObject *module)
{
    return PyModule_AddStringConstant(module, "SOURCE", WINNOW_SOURCE) < 0
                   || PyModule_AddStringConstant(module, "BLOCK_FIELDS", BLOCK_FIELDS) < 0
               ? -1 : 0;
}

static PyModuleDef_Slot SLOTS[] = {{Py_mod_exec, (void *)begin}, {0, NULL}};

static struct PyModuleDef MODULE = {
    PyModuleDef_HEAD_INIT, .m_name = "cleaners._native", .m_doc = "The hottest loops of cleaners in C.",
    .m_size = 0, .m_methods = METHODS, .m_slots = SLOTS,
};

PyMODINIT_FUNC PyInit__native(void)
{
    return PyModuleDef_Init(&MODULE);
}
