/* This part of _native.c does the walk of cleaners/read/html.py in C. */

/* What a tag does to the line being gathered, as in html.py. */
enum { END_BLOCK = -3, END_FLOW, END_LINK, BLOCK, FLOW, SEAM, LINK, CELL, VOID, RULE, BREAK, IMAGE };

static const char BLOCK_FIELDS[] =
    "index text folded kind tag path zone words link_chars tokens alt parent element depth after_break";
enum { FIELDS = 15 };
enum { LONGEST_KEPT = 400 }; /* characters of what a tag says; with more it is read in Python */

/* A stretch of the markup. */
typedef struct {
    Py_ssize_t from, to;
} Span;

enum { HEADING, IN_PRE, ROW, QUOTED, ITEM, PARAGRAPH, KINDS };
static const char *const KIND_NAMES[KINDS] = {"heading", "code", "table", "quote", "list_item", "paragraph"};

/* What a tag says by itself; the references are its own. */
typedef struct {
    PyObject *name, *tokens, *label; /* the label, name and tokens, only of blocks; all NULL where no tag was read */
    long kind, zone;
} Said;

/* A tag met before on this page, by its characters. A later one may take its place. */
typedef struct {
    uint64_t hash;
    size_t size; /* bytes of the key */
    char *key;
    Said said;
} Met;

enum { MET = 1024, LONGEST_MET = 96 }; /* places for tags by all their characters, with no more than these */
enum { PATHS = 256 };
enum { WORD_BITS = 2048 };

/* The path of a block element, by the path around it and its name, both as objects. */
typedef struct {
    PyObject *around, *name, *path;
} Path;

typedef struct { /* what is remembered while a page is read */
    Met whole[MET]; /* by all between < and > */
    Met short_of[MET]; /* by what says something */
    Path paths[PATHS];
} Memory;

typedef struct { /* an open element as its lines see it */
    PyObject *path, *tag, *tokens;
    long zone;
    Py_ssize_t number, parent, depth;
    int keeps_breaks;
    Span written; /* its name; only where the markup is kept */
} Open;

typedef struct {
    /* What html.py gives; borrowed. */
    PyObject *markup, *marks, *short_marks, *names_read, *zone_of_word; /* a string, two dicts, tuples, a dict */
    PyObject *read_tag, *read_short, *read_line, *read_alt, *block;
    PyObject *out; /* a list that receives the markup that is no chrome, or None */
    long article, figure, code, table, quote, list, own_room, chrome; /* zones */
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
    int seams;                /* true where " \0" was put into the line */
    int glued;                /* true right after an end tag: the next element may stand against it without a space */
    int comments;             /* false once a comment without end was seen: there is none with one behind it */
    PyObject *alt;
    Span unread_alt;              /* where such a text stands that no line has needed yet; empty where there is none */
    PyObject *nothing, *casefold; /* "" and the method's name */
    PyObject *kinds[KINDS], *row; /* the kinds of blocks, and ">tr" */
    PyObject *zones;              /* of the classes and ids of this page, as read before */
    uint64_t zone_words[WORD_BITS / 64]; /* a bit for each sort of word that may name a zone */
    Memory *memory;
    Said other; /* the tag just read, where it is not remembered */
    /* The markup that is no chrome, in characters of the markup's kind. */
    char *kept;
    Py_ssize_t kept_length, kept_room, stripped; /* open elements from the one on that is chrome */
} Walk;

static void forget_said(Said *said)
{
    Py_CLEAR(said->name);
    Py_CLEAR(said->tokens);
    Py_CLEAR(said->label);
}

static void hold_said(Said *said)
{
    Py_XINCREF(said->name);
    Py_XINCREF(said->tokens);
    Py_XINCREF(said->label);
}

static uint64_t hash_of(const char *key, size_t size)
{
    const uint64_t mix = 0x9E3779B97F4A7C15u;
    uint64_t hash = size * mix, piece = 0;
    for (; size >= sizeof piece; key += sizeof piece, size -= sizeof piece) {
        memcpy(&piece, key, sizeof piece);
        hash = (hash ^ piece) * mix;
        hash ^= hash >> 32;
    }
    piece = 0;
    memcpy(&piece, key, size);
    hash = (hash ^ piece) * mix;
    return hash ^ hash >> 32;
}

/* What a tag with this key was found to say, or NULL; `met` becomes its place. */
static const Said *recall(Met *table, const char *key, size_t size, uint64_t hash, Met **met)
{
    *met = &table[hash % MET];
    return (*met)->key != NULL && (*met)->hash == hash && (*met)->size == size && memcmp((*met)->key, key, size) == 0
               ? &(*met)->said : NULL;
}

/* Remembers what a tag says. */
static int keep_said(Met *met, const char *key, size_t size, uint64_t hash, const Said *said)
{
    char *copy = PyMem_Malloc(size ? size : 1);
    if (copy == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    memcpy(copy, key, size);
    PyMem_Free(met->key);
    Said before = met->said;
    *met = (Met){hash, size, copy, *said};
    hold_said(&met->said);
    forget_said(&before);
    return 0;
}

static void free_memory(Memory *memory)
{
    if (memory == NULL)
        return;
    for (int i = 0; i < MET; i++) {
        PyMem_Free(memory->whole[i].key);
        forget_said(&memory->whole[i].said);
        PyMem_Free(memory->short_of[i].key);
        forget_said(&memory->short_of[i].said);
    }
    for (int i = 0; i < PATHS; i++) {
        Py_XDECREF(memory->paths[i].around);
        Py_XDECREF(memory->paths[i].name);
        Py_XDECREF(memory->paths[i].path);
    }
    PyMem_Free(memory);
}

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

/* Makes room in a buffer of `length` characters for `more`. */
static int widen_buffer(char **buffer, Py_ssize_t *has_room, Py_ssize_t length, Py_ssize_t more, int kind)
{
    if (more <= *has_room - length)
        return 0;
    if (more > PY_SSIZE_T_MAX / 16 - length) {
        PyErr_NoMemory();
        return -1;
    }
    Py_ssize_t wanted = (length + more) + (length + more) / 2 + 256;
    char *wider = PyMem_Realloc(*buffer, (size_t)wanted * (size_t)kind);
    if (wider == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    *buffer = wider;
    *has_room = wanted;
    return 0;
}

/* Makes room for `more` further characters of the line. */
static int room(Walk *w, Py_ssize_t more)
{
    return widen_buffer(&w->line, &w->line_room, w->length, more, w->kind);
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

/* Keeps a stretch of the markup between two pieces of ASCII. */
static int keep(Walk *w, const char *before, Span span, const char *after)
{
    Py_ssize_t length = span.to - span.from;
    if (widen_buffer(&w->kept, &w->kept_room, w->kept_length, length + 8, w->kind) < 0)
        return -1;
    for (; *before; before++, w->kept_length++)
        PyUnicode_WRITE(w->kind, w->kept, w->kept_length, (Py_UCS4)(unsigned char)*before);
    memcpy(w->kept + w->kept_length * w->kind, w->data + span.from * w->kind, (size_t)(length * w->kind));
    w->kept_length += length;
    for (; *after; after++, w->kept_length++)
        PyUnicode_WRITE(w->kind, w->kept, w->kept_length, (Py_UCS4)(unsigned char)*after);
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
           || c == 0x20AC || c == 0x2122 || (c >= 0x2190 && c <= 0x21FF) || (c >= 0x2500 && c <= 0x27BF)
           || c == 0xFE0E || c == 0xFE0F || (c >= 0x1F300 && c <= 0x1F64F); /* arrows, shapes, stars, faces */
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

/* True for a line of ASCII that is sure to be simple; without a branch, for most lines are. */
static inline int is_easy(int kind, const char *line, Py_ssize_t length)
{
    unsigned doubts = 0;
    for (Py_ssize_t at = 0; at < length; at++) {
        const Py_UCS4 c = PyUnicode_READ(kind, line, at);
        doubts |= (unsigned)((c < ' ') & (c != '\n') & (c != '\t') & (c != '\r'));
        doubts |= (unsigned)(c > '~') | (unsigned)(c == '&');
    }
    return !doubts;
}

static inline int is_space(Py_UCS4 c)
{
    return c <= ' ' || c == 0xA0;
}

/* Folds the spaces of a simple line in place; gives its new length, the number of words and an OR of its characters. */
static inline Py_ssize_t fold_spaces(int kind, char *line, Py_ssize_t length, Py_ssize_t *words, Py_UCS4 *all)
{
    Py_ssize_t to = 0, spaces = 0;
    Py_UCS4 seen = 0;
    int space = 0;
    while (length && is_space(PyUnicode_READ(kind, line, length - 1)))
        length--;
    while (to < length && is_space(PyUnicode_READ(kind, line, to)))
        to++;
    length -= to;
    memmove(line, line + to * kind, (size_t)(length * kind));
    unsigned other = 0; /* than single spaces; most lines have none */
    if (length)
        seen = PyUnicode_READ(kind, line, 0);
    for (Py_ssize_t at = 1; at < length; at++) {
        const Py_UCS4 c = PyUnicode_READ(kind, line, at), before = PyUnicode_READ(kind, line, at - 1);
        seen |= c;
        spaces += c == ' ';
        other |= (unsigned)(c < ' ') | (unsigned)(c == 0xA0) | (unsigned)((c == ' ') & (before == ' '));
    }
    *words = spaces + 1;
    *all = seen;
    if (!other)
        return length;
    to = spaces = 0;
    seen = 0;
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

/* True for the characters of a simple line whose case folds to something else than their lower case. */
static inline int folds_oddly(Py_UCS4 c)
{
    return c == 0xB5 || c == 0xDF || c == 0x130 || c == 0x149 || c == 0x17F || c == 0x1F0;
}

/* Folds a simple line, spaces done, in place; gives an OR of all its characters, and whether casefold() must follow. */
static inline Py_UCS4 fold_letters(int kind, char *line, Py_ssize_t length, int *odd)
{
    Py_UCS4 seen = 0;
    *odd = 0;
    for (Py_ssize_t at = 0; at < length; at++) {
        Py_UCS4 c = plain_form(PyUnicode_READ(kind, line, at));
        if (c >= 0x80 && c < 0x2000) {
            if (folds_oddly(c))
                *odd = 1;
            else
                c = Py_UNICODE_TOLOWER(c);
        }
        seen |= c;
        PyUnicode_WRITE(kind, line, at, c);
    }
    return seen;
}

/* The first characters of the line as a string; `all` is an OR of them. */
static inline PyObject *string_of(int kind, const char *line, Py_ssize_t length, Py_UCS4 all)
{
    PyObject *whole = PyUnicode_New(length, all < 0x80 ? 0x7F : all < 0x100 ? 0xFF : all < 0x10000 ? 0xFFFF : 0x10FFFF);
    if (whole == NULL)
        return NULL;
    if ((int)PyUnicode_KIND(whole) == kind) {
        memcpy(PyUnicode_DATA(whole), line, (size_t)(length * kind));
    } else if (PyUnicode_KIND(whole) == PyUnicode_1BYTE_KIND) {
        Py_UCS1 *to = PyUnicode_1BYTE_DATA(whole);
        for (Py_ssize_t at = 0; at < length; at++)
            to[at] = (Py_UCS1)PyUnicode_READ(kind, line, at);
    } else {
        Py_UCS2 *to = PyUnicode_2BYTE_DATA(whole);
        for (Py_ssize_t at = 0; at < length; at++)
            to[at] = (Py_UCS2)PyUnicode_READ(kind, line, at);
    }
    return whole;
}

/* A string of ASCII in lower case. */
static PyObject *lowered(PyObject *text)
{
    const Py_ssize_t length = PyUnicode_GET_LENGTH(text);
    PyObject *folded = PyUnicode_New(length, 0x7F);
    if (folded == NULL)
        return NULL;
    const Py_UCS1 *from = PyUnicode_1BYTE_DATA(text);
    Py_UCS1 *to = PyUnicode_1BYTE_DATA(folded);
    for (Py_ssize_t at = 0; at < length; at++)
        to[at] = (Py_UCS1)(from[at] + (from[at] >= 'A' && from[at] <= 'Z' ? 32 : 0));
    return folded;
}

typedef struct {
    PyObject *text, *folded;
    Py_ssize_t words;
} Line;

static inline int simple_line(Walk *w, int kind, Py_ssize_t length, Line *line)
{
    Py_UCS4 all;
    int odd;
    length = fold_spaces(kind, w->line, length, &line->words, &all);
    if (length == 0)
        return 0;
    line->text = string_of(kind, w->line, length, all);
    if (line->text == NULL)
        return -1;
    if (all < 0x80) {
        line->folded = lowered(line->text);
        return line->folded == NULL ? -1 : 0;
    }
    all = fold_letters(kind, w->line, length, &odd);
    line->folded = string_of(kind, w->line, length, all);
    if (line->folded != NULL && odd)
        Py_SETREF(line->folded, PyObject_CallMethodNoArgs(line->folded, w->casefold));
    return line->folded == NULL ? -1 : 0;
}

/* One specialised loop for each kind of string. */
static int read_simple(Walk *w, Py_ssize_t length, Line *line, int *done)
{
    switch (w->kind) {
    case PyUnicode_1BYTE_KIND:
        *done = is_easy(PyUnicode_1BYTE_KIND, w->line, length) || is_simple(PyUnicode_1BYTE_KIND, w->line, length);
        return *done ? simple_line(w, PyUnicode_1BYTE_KIND, length, line) : 0;
    case PyUnicode_2BYTE_KIND:
        *done = is_easy(PyUnicode_2BYTE_KIND, w->line, length) || is_simple(PyUnicode_2BYTE_KIND, w->line, length);
        return *done ? simple_line(w, PyUnicode_2BYTE_KIND, length, line) : 0;
    default:
        *done = is_easy(PyUnicode_4BYTE_KIND, w->line, length) || is_simple(PyUnicode_4BYTE_KIND, w->line, length);
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

/* html.py's _kind; -1 after an error. */
static int kind_of(Walk *w, int in_pre)
{
    PyObject *tag = w->holder.tag;
    if (PyUnicode_GET_LENGTH(tag) == 2 && PyUnicode_READ_CHAR(tag, 0) == 'h' && PyUnicode_READ_CHAR(tag, 1) >= '1'
        && PyUnicode_READ_CHAR(tag, 1) <= '6')
        return HEADING;
    if (in_pre)
        return IN_PRE;
    if (w->zone & w->table) {
        Py_ssize_t found = PyUnicode_Find(w->holder.path, w->row, 0, PY_SSIZE_T_MAX, 1);
        if (found == -2)
            return -1;
        if (found >= 0)
            return ROW;
    }
    return w->zone & w->quote ? QUOTED : w->zone & w->list ? ITEM : PARAGRAPH;
}

static int keep_alt(Walk *w, PyObject *attributes);

/* Reads the text of the last image, which few lines need; no line is being gathered. */
static int read_alt(Walk *w)
{
    Span alt = w->unread_alt;
    Py_ssize_t length = alt.to - alt.from;
    Line line = {NULL, NULL, 0};
    int simple;
    if (length == 0)
        return 0;
    if (room(w, length) < 0)
        return -1;
    memcpy(w->line, w->data + alt.from * w->kind, (size_t)(length * w->kind));
    int failed = read_simple(w, unescape(w, 0, length), &line, &simple) < 0;
    if (!failed && simple) {
        PyObject *text = line.text == NULL ? w->nothing : line.text;
        Py_INCREF(text);
        Py_SETREF(w->alt, text);
        w->unread_alt = (Span){0, 0};
    } else if (!failed) {
        PyObject *attribute = PyUnicode_Substring(w->markup, alt.from - 6, alt.to + 1); /* with ` alt="` before it */
        failed = attribute == NULL || keep_alt(w, attribute) < 0;
        Py_XDECREF(attribute);
    }
    Py_XDECREF(line.text);
    Py_XDECREF(line.folded);
    return failed ? -1 : 0;
}

/* Adds the block that a line became; takes over the line's references. */
static int add_block(Walk *w, Line *line, int in_pre)
{
    int kind = kind_of(w, in_pre), has_alt = w->figures == w->alt_figure;
    PyTypeObject *type = (PyTypeObject *)w->block;
    PyObject *block = kind < 0 || (has_alt && read_alt(w) < 0) ? NULL : type->tp_alloc(type, FIELDS);
    if (block == NULL) {
        Py_CLEAR(line->text);
        Py_CLEAR(line->folded);
        return -1;
    }
    Py_ssize_t length = PyUnicode_GET_LENGTH(line->text);
    Open *holder = &w->holder;
    hold(holder);
    PyObject *alt = has_alt ? w->alt : w->nothing;
    Py_INCREF(alt);
    Py_INCREF(w->kinds[kind]);
    PyObject *made[FIELDS] = {
        PyLong_FromSsize_t(PyList_GET_SIZE(w->blocks)), line->text, line->folded, w->kinds[kind],
        holder->tag, holder->path, PyLong_FromLong(w->zone), PyLong_FromSsize_t(line->words),
        PyLong_FromSsize_t(w->link_chars < length ? w->link_chars : length), holder->tokens, alt,
        PyLong_FromSsize_t(holder->parent), PyLong_FromSsize_t(holder->number), PyLong_FromSsize_t(holder->depth),
        PyBool_FromLong(w->after_break),
    };
    line->text = line->folded = NULL;
    int whole = 1;
    for (int i = 0; i < FIELDS; i++) {
        PyTuple_SET_ITEM(block, i, made[i]);
        whole = whole && made[i] != NULL;
    }
    int failed = whole ? PyList_Append(w->blocks, block) : -1;
    Py_DECREF(block);
    return failed;
}

/* Ends the line being gathered; it becomes a block when it shows anything. */
static int end_line(Walk *w, int keeps_breaks)
{
    if (w->length == 0)
        return 0;
    Line line = {NULL, NULL, 0};
    int in_pre = keeps_breaks && (w->zone & w->code) != 0, done = 0, failed = 0;
    const int seams = w->seams;
    Py_ssize_t length = seams ? unglue(w->kind, w->line, w->length) : w->length;
    w->length = w->shown = w->seams = 0;
    if (!in_pre)
        failed = read_simple(w, length, &line, &done);
    if (!done && !failed) { /* no simple line has a zero, so one that the page itself has is looked at here */
        if (!seams)
            length = unglue(w->kind, w->line, length);
        failed = read_other(w, length, in_pre, &line);
    }
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

/* The path of an element, a new reference; a page repeats its paths. */
static PyObject *path_of(Walk *w, PyObject *around, PyObject *name)
{
    if (PyUnicode_GET_LENGTH(around) == 0) {
        Py_INCREF(name);
        return name;
    }
    Path *known = &w->memory->paths[(((uintptr_t)around >> 4) * 31 + ((uintptr_t)name >> 4)) % PATHS];
    if (known->around != around || known->name != name) {
        PyObject *path = joined(around, '>', name);
        if (path == NULL)
            return NULL;
        Path before = *known;
        Py_INCREF(around);
        Py_INCREF(name);
        *known = (Path){around, name, path};
        Py_XDECREF(before.around);
        Py_XDECREF(before.name);
        Py_XDECREF(before.path);
    }
    Py_INCREF(known->path);
    return known->path;
}

/* Opens an element that stands on lines of its own. */
static int open_block(Walk *w, const Open *above, const Said *said, long zone)
{
    PyObject *tag = said->name, *tokens = said->tokens;
    Open element = {
        .zone = zone, .number = PyList_GET_SIZE(w->parents), .parent = above->number, .depth = above->depth + 1,
        .keeps_breaks = above->keeps_breaks || PyUnicode_CompareWithASCIIString(tag, "pre") == 0
                        || PyUnicode_CompareWithASCIIString(tag, "textarea") == 0,
    };
    if (PyList_Append(w->names, said->label) < 0 || add_number(w->parents, element.parent) < 0)
        return -1;
    element.path = path_of(w, above->path, tag);
    if (element.path == NULL)
        return -1;
    Py_INCREF(tag);
    Py_INCREF(tokens);
    element.tag = tag;
    element.tokens = tokens;
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

static int is_ascii_text(Walk *w, Span span, const char *text, Py_ssize_t length)
{
    if (span.to - span.from != length)
        return 0;
    for (Py_ssize_t i = 0; i < length; i++)
        if (PyUnicode_READ(w->kind, w->data, span.from + i) != (Py_UCS4)(unsigned char)text[i])
            return 0;
    return 1;
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
        if (PyUnicode_READ(w->kind, w->data, at) >= 0x80)
            return 1;
    for (Py_ssize_t i = 1; i < PyTuple_GET_SIZE(words); i++) {
        PyObject *word = PyTuple_GET_ITEM(words, i);
        if (stands_in(w, value, PyUnicode_DATA(word), PyUnicode_GET_LENGTH(word)))
            return 1;
    }
    return 0;
}

/* True for an attribute that evidence.py reads, with a value that may say something. */
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
    PyObject *attributes; /* as _read_tag gives them, or NULL; its own reference */
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
        if (PyUnicode_CompareWithASCIIString(said->name, "article") == 0
            || PyUnicode_CompareWithASCIIString(said->name, "main") == 0)
            said->zone &= w->own_room;
        else if (PyUnicode_CompareWithASCIIString(said->name, "html") == 0
                 || PyUnicode_CompareWithASCIIString(said->name, "body") == 0)
            said->zone = 0;
    }
    return label(said);
}

/* Reads a start tag as lexbor writes it: 1 when done, 0 for a tag that needs a closer look, -1 after an error.
 *
 * Its name and those other attributes that are read make it one of few; their mark is looked up. Class and id differ
 * from tag to tag and are read here as evidence.py does.
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
    w->unread_alt = (Span){0, 0};
    return 0;
}

/* Opens an element, and ends the line before it where it stands on lines of its own. */
static int open_tag(Walk *w, const Said *tag)
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
        return open_block(w, above, tag, zone);
    }
    int failed = 0;
    if (tag->kind == CELL) {
        if (w->shown > w->long_cell)
            failed = end_line(w, above->keeps_breaks) < 0;
        else if (w->length)
            failed = add_ascii(w, " | ", 3) < 0;
    } else if (tag->kind != FLOW) {
        w->links += tag->kind == LINK;
        if (w->glued && w->length) {
            w->seams = 1;
            failed = add_ascii(w, " \0", 2) < 0;
        }
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
    if (w->out != Py_None && !failed) {
        if (w->stripped)
            w->stripped--;
        else
            failed = keep(w, "</", ended.written, ">");
    }
    return failed;
}

/* Keeps the tag of the element just opened, where it is no chrome; `around` are the zones around it. */
static int keep_opened(Walk *w, Span whole, Py_ssize_t name_length, long around)
{
    Open *top = &w->open[w->opened - 1];
    while (PyUnicode_READ(w->kind, w->data, whole.from) == '!')
        whole.from++;
    top->written = (Span){whole.from, whole.from + name_length};
    if (w->stripped)
        w->stripped++;
    else if (top->zone & w->chrome & ~around
             && (is_ascii_text(w, top->written, "nav", 3) || is_ascii_text(w, top->written, "footer", 6)))
        w->stripped = 1;
    else
        return keep(w, "<", whole, "");
    return 0;
}

/* What a tag does to the elements and the line. */
static int apply(Walk *w, const Tag *tag)
{
    long kind = tag->said->kind;
    int keeps_breaks = w->open[w->opened - 1].keeps_breaks;
    if (kind < BLOCK) {
        if (w->deeper == 0)
            return close_tag(w, kind);
        w->deeper--;
    } else if (kind < VOID) {
        if (w->opened > w->most_depth) {
            w->deeper++;
        } else {
            long around = w->open[w->opened - 1].zone;
            Py_ssize_t name_length = PyUnicode_GET_LENGTH(tag->said->name);
            int failed = open_tag(w, tag->said);
            w->glued = 0;
            if (w->out != Py_None && !failed)
                failed = keep_opened(w, tag->whole, name_length, around);
            return failed;
        }
    } else if (kind == BREAK) {
        int failed = end_line(w, keeps_breaks);
        w->after_break = PyList_GET_SIZE(w->blocks) > 0;
        if (w->out != Py_None && !w->stripped && !failed)
            failed = keep(w, "<br>", (Span){0, 0}, "");
        return failed;
    } else if (kind == IMAGE) {
        if (tag->attributes != NULL)
            return keep_alt(w, tag->attributes);
        if (tag->alt.from < tag->alt.to) {
            w->unread_alt = tag->alt;
            w->alt_figure = w->figures;
        }
    } else if (kind == RULE) {
        return end_line(w, keeps_breaks);
    }
    return 0;
}

/* html.py's _scan. */
static int scan_tags(Walk *w)
{
    Py_ssize_t at = 0, closed = -1;
    while (at < w->size) {
        Py_ssize_t opened = PyUnicode_FindChar(w->markup, '<', at, w->size, 1);
        if (opened == -2)
            return -1;
        if (opened != at) {
            Span text = {at, opened < 0 ? w->size : opened};
            if (add_text(w, text.from, text.to) < 0)
                return -1;
            if (w->out != Py_None && !w->stripped && keep(w, "", text, "") < 0)
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
            tag.whole = (Span){opened + 1, at};
            failed = tag.said != NULL && apply(w, &tag) < 0;
        }
        Py_XDECREF(tag.attributes);
        if (failed)
            return -1;
    }
    return end_line(w, w->open[w->opened - 1].keeps_breaks);
}

/* Appends what was kept of the markup to the list that asked for it. */
static int give_kept(Walk *w)
{
    if (w->out == Py_None)
        return 0;
    PyObject *kept = PyUnicode_FromKindAndData(w->kind, w->kept, w->kept_length);
    int failed = kept == NULL ? -1 : PyList_Append(w->out, kept);
    Py_XDECREF(kept);
    return failed;
}

PyDoc_STRVAR(scan_doc, "scan(markup, marks, short_marks, names_read, zone_of_word, read_tag, read_short, read_line, "
                       "read_alt, block, numbers, out)\n--\n\n"
                       "The blocks, parents and names of serialised HTML; its markup without chrome goes to the list `out`.");

static PyObject *scan(PyObject *Py_UNUSED(module), PyObject *args)
{
    Walk w;
    PyObject *found = NULL;
    memset(&w, 0, sizeof w);
    if (!PyArg_ParseTuple(args, "UO!O!O!O!OOOOO!(llllllllnnn)O", &w.markup, &PyDict_Type, &w.marks, &PyDict_Type,
                          &w.short_marks, &PyTuple_Type, &w.names_read, &PyDict_Type, &w.zone_of_word,
                          &w.read_tag, &w.read_short, &w.read_line, &w.read_alt, &PyType_Type, &w.block, &w.article,
                          &w.figure, &w.code, &w.table, &w.quote, &w.list, &w.own_room, &w.chrome, &w.long_cell,
                          &w.most_depth, &w.longest_mark, &w.out))
        return NULL;
    if (w.out != Py_None && !PyList_Check(w.out)) {
        PyErr_SetString(PyExc_TypeError, "what is kept goes to a list or nowhere");
        return NULL;
    }
    if (!are_names(w.names_read)) {
        PyErr_SetString(PyExc_TypeError, "names of attributes are ASCII");
        return NULL;
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
    w.zones = PyDict_New();
    w.row = PyUnicode_FromString(">tr");
    int kinds = 0;
    while (kinds < KINDS && (w.kinds[kinds] = PyUnicode_InternFromString(KIND_NAMES[kinds])) != NULL)
        kinds++;
    sort_zone_words(&w);
    w.memory = PyMem_Calloc(1, sizeof *w.memory);
    if (w.memory == NULL) {
        PyErr_NoMemory();
        goto end;
    }
    if (w.blocks == NULL || w.parents == NULL || w.names == NULL || w.casefold == NULL || w.nothing == NULL
        || w.zones == NULL || w.row == NULL || kinds < KINDS)
        goto end;
    w.alt = w.nothing;
    Py_INCREF(w.alt);
    w.holder.path = w.holder.tag = w.holder.tokens = w.nothing;
    hold(&w.holder);
    hold(&w.holder);
    if (push(&w, w.holder) == 0 && PyList_Append(w.names, w.nothing) == 0 && add_number(w.parents, 0) == 0
        && scan_tags(&w) == 0 && give_kept(&w) == 0)
        found = PyTuple_Pack(3, w.blocks, w.parents, w.names);
end:
    while (w.opened)
        forget(&w.open[--w.opened]);
    forget(&w.holder);
    free_memory(w.memory);
    forget_said(&w.other);
    PyMem_Free(w.open);
    PyMem_Free(w.line);
    PyMem_Free(w.kept);
    for (int i = 0; i < KINDS; i++)
        Py_XDECREF(w.kinds[i]);
    Py_XDECREF(w.row);
    Py_XDECREF(w.alt);
    Py_XDECREF(w.zones);
    Py_XDECREF(w.nothing);
    Py_XDECREF(w.casefold);
    Py_XDECREF(w.names);
    Py_XDECREF(w.parents);
    Py_XDECREF(w.blocks);
    return found;
}
