/* The walk over serialised HTML, its first part: lines and blocks, open elements. The Python twin of the whole is _py_walk in
 * cleaners/read/html_walk.py.
 */

/* What a tag does to the line being gathered, SHARED with html_tags.py. */
enum { END_BLOCK = -3, END_FLOW, END_LINK, BLOCK, FLOW, SEAM, LINK, CELL, VOID, RULE, BREAK, IMAGE };

/* What a block holds, SHARED with page.py. */
static const char BLOCK_FIELDS[] =
    "index text folded kind tag path zone words link_chars tokens alt parent element depth after_break";
enum { FIELDS = 15 };
/* Tags that are told apart by name, the row in a path, and the escapes of a serialiser, SHARED with html_tags.py and
 * html_walk.py. */
static const char *const HEADINGS[] = {"h1", "h2", "h3", "h4", "h5", "h6", NULL};
static const char *const KEEPING_BREAKS[] = {"pre", "textarea", NULL};
static const char *const OWN_ROOM_TAGS[] = {"article", "main", NULL};
static const char *const PAGE_TAGS[] = {"html", "body", NULL};
static const char *const CHROME_TAGS[] = {"nav", "footer", NULL};
static const char TABLE_ROW[] = ">tr";
static const struct { const char *name; int size; Py_UCS4 meant; } ESCAPES[] = {
    {"&amp;", 5, '&'}, {"&nbsp;", 6, NO_BREAK_SPACE}, {"&lt;", 4, '<'}, {"&gt;", 4, '>'}, {"&quot;", 6, '"'},
};
enum { LONGEST_KEPT = 400 }; /* characters of what a tag says; with more it is read in Python */

/* A stretch of the markup. */
typedef struct {
    Py_ssize_t from, to;
} Span;

/* The kinds of blocks, SHARED with page.py. */
enum { HEADING, IN_PRE, ROW, QUOTED, ITEM, PARAGRAPH, KINDS };
static const char *const KIND_NAMES[] = {"heading", "code", "table", "quote", "list_item", "paragraph", NULL};

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
    /* What html_walk.py gives; borrowed. */
    PyObject *markup, *marks, *short_marks, *names_read, *zone_of_word; /* a string, two dicts, tuples, a dict */
    PyObject *read_tag, *read_short, *read_line, *read_alt, *block;
    PyObject *seam_ends; /* the characters between which and a capital a seam becomes a space */
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
    PyObject *kinds[KINDS], *row; /* the kinds of blocks, and TABLE_ROW */
    PyObject *zones;              /* of the classes and ids of this page, as read before */
    uint64_t zone_words[WORD_BITS / 64]; /* a bit for each sort of word that may name a zone */
    Memory *memory;
    Said other; /* the tag just read, where it is not remembered */
    /* The markup that is no chrome, in characters of the markup's kind. */
    char *kept;
    Py_ssize_t kept_length, kept_room, stripped; /* open elements from the one on that is chrome */
} Walk;

/* True for a string that is one of these names. */
static int is_one_of(PyObject *string, const char *const *names)
{
    while (*names != NULL && PyUnicode_CompareWithASCIIString(string, *names) != 0)
        names++;
    return *names != NULL;
}

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

/* html_walk.py's _unglue, in place; gives the new length. */
static Py_ssize_t unglue(const Walk *w, Py_ssize_t length)
{
    const int kind = w->kind;
    char *line = w->line;
    Py_ssize_t to = 0;
    for (Py_ssize_t at = 0; at < length; at++) {
        Py_UCS4 c = PyUnicode_READ(kind, line, at);
        if (c == ' ' && at + 1 < length && PyUnicode_READ(kind, line, at + 1) == 0) {
            at++;
            if (at + 1 == length || !Py_UNICODE_ISUPPER(PyUnicode_READ(kind, line, at + 1)))
                continue;
            Py_UCS4 left = to ? PyUnicode_READ(kind, line, to - 1) : 0;
            int ends = to == 0; /* "" is in any string */
            for (Py_ssize_t i = 0; !ends && i < PyUnicode_GET_LENGTH(w->seam_ends); i++)
                ends = PyUnicode_READ_CHAR(w->seam_ends, i) == left;
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
    return (c > NO_BREAK_SPACE && c < 0x300 && c != 0xAD) || (c >= 0x2010 && c <= 0x2027) || (c >= 0x400 && c <= 0x481)
           || c == 0x20AC || c == 0x2122 || (c >= 0x2190 && c <= 0x21FF) || (c >= 0x2500 && c <= 0x27BF && c != 0x251C)
           || c == 0xFE0E || c == 0xFE0F || (c >= 0x1F300 && c <= 0x1F64F); /* arrows, shapes, stars, faces */
}

/* True where repair.py's _SUSPECT or _SUSPECT_OTHERS may find two simple characters; both are beyond ASCII. */
static inline int may_be_garbled(Py_UCS4 before, Py_UCS4 c)
{
    return (before >= 0xC2 && before <= 0xF4) || before == 0x102 || before == 0x139
           || ((before == 0x420 || before == 0x421) && (c < 0x410 || c > 0x44F)) || (before == 0x432 && c == 0x402)
           || (before == 0x201A && c == 0xC4);
}

/* True when repair() would only fold the spaces of the line; when in doubt, false. */
static inline int is_simple(int kind, const char *line, Py_ssize_t length)
{
    Py_UCS4 before = 0;
    for (Py_ssize_t at = 0; at < length; at++) {
        Py_UCS4 c = PyUnicode_READ(kind, line, at);
        if (c <= ASCII) {
            if (c < ' ' ? c != '\n' && c != '\t' && c != '\r' : c == 0x7F)
                return 0;
            if (before == '&' && (c == '#' || Py_ISALNUM(c)))
                return 0; /* perhaps an entity */
        } else if ((c != NO_BREAK_SPACE && !is_plain(c)) || may_be_garbled(before, c) || before == '&') {
            return 0;
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
    return c <= ' ' || c == NO_BREAK_SPACE;
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
        other |= (unsigned)(c < ' ') | (unsigned)(c == NO_BREAK_SPACE) | (unsigned)((c == ' ') & (before == ' '));
    }
    *words = spaces + 1;
    *all = seen;
    if (!other)
        return length;
    to = spaces = 0;
    seen = 0;
    for (Py_ssize_t at = 0; at < length; at++) {
        Py_UCS4 c = PyUnicode_READ(kind, line, at);
        if (c <= ' ' || c == NO_BREAK_SPACE) {
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

/* fold.py's _PLAIN, for the characters that a simple line can have, and lower case for ASCII. */
static inline Py_UCS4 plain_form(Py_UCS4 c)
{
    if (c <= ASCII)
        return c == '`' ? '\'' : lower_ascii(c);
    switch (c) {
    case 0x2018: case 0x2019: case 0x201A: case 0x201B: case 0x2BC: case 0xB4:
        return '\'';
    case 0x201C: case 0x201D: case 0x201E: case 0x201F: case 0xAB: case 0xBB:
        return '"';
    case 0x2010: case 0x2011: case 0x2012: case 0x2013: case 0x2014: case 0x2015:
        return '-';
    case 0x130:
        return 'i';
    default:
        return c;
    }
}

/* True for the characters of a simple line whose case folds to something else than their lower case. */
static inline int folds_oddly(Py_UCS4 c)
{
    return c == 0xB5 || c == 0xDF || c == 0x149 || c == 0x17F || c == 0x1F0;
}

/* Folds a simple line, spaces done, in place; gives an OR of all its characters, and whether casefold() must follow. */
static inline Py_UCS4 fold_letters(int kind, char *line, Py_ssize_t length, int *odd)
{
    Py_UCS4 seen = 0;
    *odd = 0;
    for (Py_ssize_t at = 0; at < length; at++) {
        Py_UCS4 c = plain_form(PyUnicode_READ(kind, line, at));
        if (c > ASCII && c < 0x2000) {
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
    PyObject *whole = PyUnicode_New(length, all <= ASCII ? 0x7F : all < 0x100 ? 0xFF : all < 0x10000 ? 0xFFFF : 0x10FFFF);
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
    if (all <= ASCII) {
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

/* html_walk.py's _read_line, which says the same of a line that is not simple. */
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

/* html_walk.py's _kind; -1 after an error. */
static int kind_of(Walk *w, int in_pre)
{
    PyObject *tag = w->holder.tag;
    if (PyUnicode_GET_LENGTH(tag) == 2 && is_one_of(tag, HEADINGS))
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
    Py_ssize_t length = seams ? unglue(w, w->length) : w->length;
    w->length = w->shown = w->seams = 0;
    if (!in_pre)
        failed = read_simple(w, length, &line, &done);
    if (!done && !failed) { /* no simple line has a zero, so one that the page itself has is looked at here */
        if (!seams)
            length = unglue(w, length);
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
        .keeps_breaks = above->keeps_breaks || is_one_of(tag, KEEPING_BREAKS),
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
