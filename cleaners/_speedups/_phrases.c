/* Phrases of cleaners/rules/ in lines: from each place where a word may begin it goes down a tree of their characters,
 * which it leaves after a few steps nearly everywhere. The Python twin is Rules._py_read in cleaners/rules/phrases.py.
 */

enum { WHOLE, START, END, ANYWHERE, STEM, MATCHES }; /* where a phrase must stand, SHARED with phrases.py */
enum { PARTED = 1, ALNUM = 2, MARGIN = 4 };          /* what a character is, SHARED likewise */
enum { USUAL = 256 };                                /* characters, whose phrases are found without a search */

/* The nodes of a tree stand level by level, so those that most places come to stand together, the children of one node
 * behind each other from low to high, and those of the next node behind them. */
typedef struct {
    Py_UCS4 character;
    int32_t children, saying; /* the first of each; the children of the next node follow */
    int32_t told;             /* sayings that end here */
} Node;

typedef struct {
    PyObject *name, *phrase;
    int match;
} Saying;

typedef struct {
    Node *nodes; /* the root is nobody's child: 0 is no child */
    Saying *sayings;
    Py_ssize_t count; /* of the sayings */
    int32_t usual[USUAL];
} Tree;

typedef struct {
    Tree edges, within; /* phrases that are or begin a line, and the others */
    uint8_t *classes;   /* of the characters below `known` */
    Py_ssize_t known;
} Phrasebook;

typedef struct {
    Py_ssize_t start, end;
    int32_t saying;
} Hit;

typedef struct {
    Hit *hits;
    Py_ssize_t count, room;
} Hits;

static const char PHRASEBOOK[] = "cleaners._speedups.phrasebook";

static void empty_tree(Tree *tree)
{
    for (Py_ssize_t i = 0; i < tree->count; i++) {
        Py_DECREF(tree->sayings[i].name);
        Py_DECREF(tree->sayings[i].phrase);
    }
    PyMem_Free(tree->nodes);
    PyMem_Free(tree->sayings);
}

static void free_phrasebook(Phrasebook *book)
{
    empty_tree(&book->edges);
    empty_tree(&book->within);
    PyMem_Free(book->classes);
    PyMem_Free(book);
}

static void drop_phrasebook(PyObject *capsule)
{
    free_phrasebook(PyCapsule_GetPointer(capsule, PHRASEBOOK));
}

/* The child with this character, or 0. */
static inline int32_t child_of(const Tree *tree, int32_t node, Py_UCS4 c)
{
    if (node == 0 && c < USUAL)
        return tree->usual[c];
    const int32_t end = tree->nodes[node + 1].children;
    int32_t first = tree->nodes[node].children;
    for (int32_t count = end - first; count; count /= 2) { /* steps without a jump, which none could foresee */
        int32_t half = count - count / 2;
        first += tree->nodes[first + half - 1].character < c ? half : 0;
    }
    return first < end && tree->nodes[first].character == c ? first : 0;
}

/* Takes the sayings of a tree and says how many nodes there may be; -1 when they are none. */
static Py_ssize_t take_sayings(Tree *tree, PyObject *entries)
{
    Py_ssize_t room = 2, count = PyList_GET_SIZE(entries);
    tree->sayings = PyMem_Calloc((size_t)count + 1, sizeof *tree->sayings);
    if (tree->sayings == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    for (; tree->count < count; tree->count++) {
        PyObject *key, *name, *phrase, *entry = PyList_GET_ITEM(entries, tree->count);
        int match;
        if (!PyTuple_Check(entry))
            return unfit("an entry is no phrase");
        if (!PyArg_ParseTuple(entry, "UiUU", &key, &match, &name, &phrase))
            return -1;
        room += PyUnicode_GET_LENGTH(key);
        if (match < 0 || match >= MATCHES || room > INT32_MAX / 4 || count > INT32_MAX / 4)
            return unfit("no such match, or too many phrases");
        Py_INCREF(name);
        Py_INCREF(phrase);
        tree->sayings[tree->count] = (Saying){name, phrase, match};
    }
    return room;
}

/* Plants a tree of entries that are sorted by what is sought. */
static int plant(Tree *tree, PyObject *entries)
{
    typedef struct { int32_t first, after, depth; } Range; /* of the entries below a node */
#define KEY(i) PyTuple_GET_ITEM(PyList_GET_ITEM(entries, i), 0)
    Py_ssize_t room = take_sayings(tree, entries);
    if (room < 0)
        return -1;
    Range *ranges = PyMem_Calloc((size_t)room, sizeof *ranges);
    tree->nodes = PyMem_Calloc((size_t)room, sizeof *tree->nodes);
    if (ranges == NULL || tree->nodes == NULL) {
        PyMem_Free(ranges);
        PyErr_NoMemory();
        return -1;
    }
    int32_t nodes = 1;
    ranges[0].after = (int32_t)tree->count;
    for (int32_t node = 0; node < nodes; node++) {
        const Range range = ranges[node];
        int32_t at = range.first;
        while (at < range.after && PyUnicode_GET_LENGTH(KEY(at)) == range.depth)
            at++;
        tree->nodes[node].saying = range.first;
        tree->nodes[node].told = at - range.first;
        tree->nodes[node].children = nodes;
        while (at < range.after && PyUnicode_GET_LENGTH(KEY(at)) > range.depth) {
            Py_UCS4 c = PyUnicode_READ_CHAR(KEY(at), range.depth);
            int32_t first = at;
            while (at < range.after && PyUnicode_GET_LENGTH(KEY(at)) > range.depth
                   && PyUnicode_READ_CHAR(KEY(at), range.depth) == c)
                at++;
            if (node == 0 && c < USUAL)
                tree->usual[c] = nodes;
            ranges[nodes] = (Range){first, at, range.depth + 1};
            tree->nodes[nodes++].character = c;
        }
    }
    tree->nodes[nodes].children = nodes;
    PyMem_Free(ranges);
    return 0;
#undef KEY
}

PyDoc_STRVAR(phrasebook_doc, "phrasebook(edges, within, classes)\n--\n\n"
                             "The phrases, for `find_phrases`, from sorted tuples of what is sought, the number of its\n"
                             "match, its family and the phrase to tell, and the classes of the first characters.");

static PyObject *phrasebook(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *edges, *within;
    const char *classes;
    Py_ssize_t known;
    if (!PyArg_ParseTuple(args, "O!O!y#", &PyList_Type, &edges, &PyList_Type, &within, &classes, &known))
        return NULL;
    Phrasebook *book = PyMem_Calloc(1, sizeof *book);
    if (book == NULL)
        return PyErr_NoMemory();
    book->known = known;
    book->classes = PyMem_Malloc((size_t)known + 1);
    PyObject *capsule = NULL;
    if (book->classes == NULL) {
        PyErr_NoMemory();
    } else {
        memcpy(book->classes, classes, (size_t)known);
        if (plant(&book->edges, edges) == 0 && plant(&book->within, within) == 0)
            capsule = PyCapsule_New(book, PHRASEBOOK, drop_phrasebook);
    }
    if (capsule == NULL)
        free_phrasebook(book);
    return capsule;
}

static inline unsigned traits_of(const Phrasebook *book, Py_UCS4 c)
{
    return (Py_ssize_t)c < book->known ? book->classes[c] : Py_UNICODE_ISALNUM(c) ? ALNUM : 0;
}

/* Adds what ends at this node; -1 when memory is short. */
static int add_hits(Hits *hits, const Node *node, Py_ssize_t start, Py_ssize_t end)
{
    for (int32_t i = node->told - 1; i >= 0; i--) {
        if (hits->count == hits->room) {
            Py_ssize_t room = 2 * hits->room + 64;
            Hit *more = PyMem_Realloc(hits->hits, (size_t)room * sizeof *more);
            if (more == NULL) {
                PyErr_NoMemory();
                return -1;
            }
            hits->hits = more;
            hits->room = room;
        }
        hits->hits[hits->count++] = (Hit){start, end, node->saying + i};
    }
    return 0;
}

/* Notes a saying unless one of its family that is no shorter was found. */
static int note(PyObject *found, const Saying *saying)
{
    PyObject *known = PyDict_GetItemWithError(found, saying->name);
    if (known == NULL ? PyErr_Occurred() != NULL : PyUnicode_GET_LENGTH(known) >= PyUnicode_GET_LENGTH(saying->phrase))
        return known == NULL ? -1 : 0;
    return PyDict_SetItem(found, saying->name, saying->phrase);
}

/* Orders hits as an automaton gives them: by their ends, the longest first. They nearly are so. */
static void sort_hits(Hits *hits)
{
    for (Py_ssize_t i = 1; i < hits->count; i++) {
        const Hit hit = hits->hits[i];
        Py_ssize_t to = i;
        for (; to > 0; to--) {
            const Hit *other = &hits->hits[to - 1];
            if (other->end < hit.end
                || (other->end == hit.end
                    && (other->start < hit.start || (other->start == hit.start && other->saying < hit.saying))))
                break;
            hits->hits[to] = *other;
        }
        hits->hits[to] = hit;
    }
}

static inline int read_line(const Phrasebook *book, int kind, const void *line, Py_ssize_t length, Hits *hits,
                            PyObject *found)
{
#define CHARACTER(at) PyUnicode_READ(kind, line, at)
#define TRAITS(at) traits_of(book, CHARACTER(at))
#define ENDS_WORD(end, last) ((end) >= (last) || !(TRAITS(end) & PARTED) || !(TRAITS((end) - 1) & ALNUM))
    Py_ssize_t first = 0, last = length;
    while (last > 0 && TRAITS(last - 1) & MARGIN)
        last--;
    while (first < last && TRAITS(first) & MARGIN)
        first++;
    int32_t node = 0;
    hits->count = 0;
    for (Py_ssize_t at = first;; at++) {
        const Node *here = &book->edges.nodes[node];
        if (here->told && (at > first || at == last) && add_hits(hits, here, first, at) < 0)
            return -1;
        if (at == last || (node = child_of(&book->edges, node, CHARACTER(at))) == 0)
            break;
    }
    for (Py_ssize_t i = hits->count - 1; i >= 0; i--) { /* the longest first */
        const Saying *saying = &book->edges.sayings[hits->hits[i].saying];
        Py_ssize_t end = hits->hits[i].end;
        if ((saying->match == WHOLE ? end == last : saying->match == START && ENDS_WORD(end, last))
            && note(found, saying) < 0)
            return -1;
    }
    unsigned before = 0;
    hits->count = 0;
    for (Py_ssize_t at = 0; at < length; at++) {
        unsigned traits = TRAITS(at), inside = before & PARTED && traits & ALNUM;
        before = traits;
        if (inside)
            continue;
        node = 0;
        for (Py_ssize_t end = at; end < length && (node = child_of(&book->within, node, CHARACTER(end))) != 0; end++)
            if (book->within.nodes[node].told && add_hits(hits, &book->within.nodes[node], at, end + 1) < 0)
                return -1;
    }
    sort_hits(hits);
    for (Py_ssize_t i = 0; i < hits->count; i++) {
        const Saying *saying = &book->within.sayings[hits->hits[i].saying];
        Py_ssize_t end = hits->hits[i].end;
        int stands = saying->match == STEM
                     || (saying->match == ANYWHERE && ENDS_WORD(end, length))
                     || (saying->match == END && end >= last && ENDS_WORD(end, length));
        if (stands && note(found, saying) < 0)
            return -1;
    }
    return 0;
#undef CHARACTER
#undef TRAITS
#undef ENDS_WORD
}

/* What is said in one line, as a dict. */
static PyObject *said_in(const Phrasebook *book, PyObject *line, Hits *hits)
{
    PyObject *found = PyDict_New();
    if (found == NULL)
        return NULL;
    const void *data = PyUnicode_DATA(line);
    Py_ssize_t length = PyUnicode_GET_LENGTH(line);
    int failed;
    switch (PyUnicode_KIND(line)) {
    case PyUnicode_1BYTE_KIND:
        failed = read_line(book, PyUnicode_1BYTE_KIND, data, length, hits, found);
        break;
    case PyUnicode_2BYTE_KIND:
        failed = read_line(book, PyUnicode_2BYTE_KIND, data, length, hits, found);
        break;
    default:
        failed = read_line(book, PyUnicode_4BYTE_KIND, data, length, hits, found);
    }
    if (failed)
        Py_CLEAR(found);
    return found;
}

/* What is said in a line that may be known, and is so afterwards. */
static PyObject *said_again(const Phrasebook *book, PyObject *line, Hits *hits, PyObject *known)
{
    PyObject *found = PyDict_GetItemWithError(known, line);
    if (found != NULL) {
        Py_INCREF(found);
        return found;
    }
    found = PyErr_Occurred() ? NULL : said_in(book, line, hits);
    if (found != NULL && PyDict_SetItem(known, line, found) < 0)
        Py_CLEAR(found);
    return found;
}

PyDoc_STRVAR(find_phrases_doc, "find_phrases(phrasebook, lines, known, longest)\n--\n\n"
                               "For each line: family → the phrase found. Lines of at most `longest` characters are\n"
                               "looked up in `known`, and put there.");

static PyObject *find_phrases(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *capsule, *lines, *known;
    Py_ssize_t longest;
    if (!PyArg_ParseTuple(args, "OO!O!n", &capsule, &PyList_Type, &lines, &PyDict_Type, &known, &longest))
        return NULL;
    const Phrasebook *book = PyCapsule_GetPointer(capsule, PHRASEBOOK);
    if (book == NULL || !all_strings(lines))
        return NULL;
    Hits hits = {NULL, 0, 0};
    const Py_ssize_t count = PyList_GET_SIZE(lines);
    PyObject *found = PyTuple_New(count);
    for (Py_ssize_t i = 0; found != NULL && i < count; i++) {
        PyObject *line = i < PyList_GET_SIZE(lines) ? PyList_GET_ITEM(lines, i) : NULL, *said = NULL;
        Py_XINCREF(line);
        if (line == NULL || !PyUnicode_Check(line))
            unfit("the lines changed while they were read");
        else
            said = PyUnicode_GET_LENGTH(line) <= longest ? said_again(book, line, &hits, known)
                                                         : said_in(book, line, &hits);
        Py_XDECREF(line);
        if (said == NULL)
            Py_CLEAR(found);
        else
            PyTuple_SET_ITEM(found, i, said);
    }
    PyMem_Free(hits.hits);
    return found;
}
