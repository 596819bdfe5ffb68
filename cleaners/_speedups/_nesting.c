/* Two looks at a page before it is parsed: whether parsing may cost too much (the Python twin is _py_costly in
 * cleaners/read/nesting.py), and which tags may stand in it.
 */

/* The same for letters of either case, and for spaces, digits and most signs. */
static size_t folded(char c)
{
    return c & 64 ? (size_t)(c & 31) : 0;
}

static int is_gap(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static const char *past_gaps(const char *at, const char *end)
{
    while (at < end && is_gap(*at))
        at++;
    return at;
}

static const char *past_name(const char *at, const char *end)
{
    while (at < end && !is_gap(*at) && *at != '/' && *at != '>')
        at++;
    return at;
}

enum { NAMES_ROOM = 1 << 13, HASH_BITS = 64 - 13 }; /* for names that were met; at most half of it is used */

typedef struct {
    const char *at;
    Py_ssize_t length;
} met_name;

/* What a look at a page has met. */
typedef struct {
    const char *end;                    /* of the page */
    met_name *names;                    /* of attributes, and of elements of no standard, by their hash */
    Py_ssize_t count, most, attributes; /* names, how many there may be, and attributes of one tag */
    Py_ssize_t first_formatting, again; /* the first slot of formatting elements, and how often they may be opened again */
    const char *bare_from, *bare_to;    /* a value without quotes, which looks at other tags in it need not read again */
} look;

/* Whether this name is one too many. */
static int is_too_many(look *this, const char *at, const char *behind)
{
    const Py_ssize_t length = behind - at;
    const size_t part = (size_t)(length < 8 ? length : 8);
    uint64_t first = 0, last = 0;
    memcpy(&first, at, part);
    memcpy(&last, behind - part, part);
    const uint64_t hash = (first * 31 + last + (uint64_t)length) * 0x9E3779B97F4A7C15u;
    met_name *held = &this->names[hash >> HASH_BITS];
    while (held->at != NULL) {
        if (held->length == length && memcmp(held->at, at, (size_t)length) == 0)
            return 0;
        if (++held == this->names + NAMES_ROOM)
            held = this->names;
    }
    if (this->count == this->most)
        return 1;
    held->at = at;
    held->length = length;
    this->count++;
    return 0;
}

/* Behind the value that stands here, which may be none. */
static const char *past_value(look *this, const char *at)
{
    const char *end = this->end;
    if (at < end && (*at == '"' || *at == '\'')) {
        const char *closed = memchr(at + 1, *at, (size_t)(end - at - 1));
        return closed == NULL ? end : closed + 1;
    }
    if (at >= this->bare_from && at < this->bare_to)
        return this->bare_to;
    this->bare_from = at;
    while (at < end && !is_gap(*at) && *at != '>')
        at++;
    return this->bare_to = at;
}

/* Whether the tag whose name ends here has too many attributes, or the page with them too many names. */
static int is_crowded(look *this, const char *at)
{
    const char *end = this->end;
    for (Py_ssize_t count = 0;; count++) {
        while (at < end && (is_gap(*at) || *at == '/'))
            at++;
        if (at == end || *at == '>')
            return 0;
        if (count == this->attributes)
            return 1;
        const char *name = at++;  /* a name may begin with "=" */
        while (at < end && !is_gap(*at) && *at != '/' && *at != '>' && *at != '=')
            at++;
        if (is_too_many(this, name, at))
            return 1;
        const char *sign = past_gaps(at, end);
        if (sign < end && *sign == '=')
            at = past_value(this, past_gaps(sign + 1, end));
    }
}

enum { COMMENT, SCRIPT, STYLE, SEEN };
enum { OTHERS = 1 }; /* the slot of elements of no standard, SHARED with nesting.py */

/* What begins with this name and is not shown. */
static int unseen(const char *name, const char *behind, const char *end)
{
    if (end - name >= 3 && memcmp(name, "!--", 3) == 0)
        return COMMENT;
    if (behind - name == 6 && PyOS_strnicmp(name, "script", 6) == 0)
        return SCRIPT;
    return behind - name == 5 && PyOS_strnicmp(name, "style", 5) == 0 ? STYLE : SEEN;
}

/* Behind a comment, or before the end tag of a script or style sheet; NULL where none ends any more. */
static const char *past_unseen(int what, const char *at, const char *end)
{
    const char *name = what == SCRIPT ? "script" : "style";
    Py_ssize_t length = (Py_ssize_t)strlen(name);
    if (what == COMMENT) {
        for (at += 3; (at = memchr(at, '-', (size_t)(end - at))) != NULL && end - at >= 3; at++)
            if (at[1] == '-' && at[2] == '>')
                return at + 3;
        return NULL;
    }
    for (; (at = memchr(at, '<', (size_t)(end - at))) != NULL && end - at >= length + 2; at++)
        if (at[1] == '/' && PyOS_strnicmp(at + 2, name, length) == 0)
            return at;
    return NULL;
}

/* Whether a page seems costly; `slot_of` as below. */
static int is_costly(look *this, const char *at, const unsigned char *slot_of, Py_ssize_t deepest)
{
    const char *end = this->end;
    char endless[SEEN] = {0};
    Py_ssize_t opened[256] = {0}, formatting = 0, again = 0;
    while ((at = memchr(at, '<', (size_t)(end - at))) != NULL) {
        at++;
        int ends = at < end && *at == '/';
        at += ends;
        if (end - at < 3)
            break;
        const char *behind = at;
        if ((*at | 32) >= 'a' && (*at | 32) <= 'z') {
            unsigned char slot = slot_of[folded(at[0]) << 10 | folded(at[1]) << 5 | folded(at[2])];
            behind = past_name(at, end);
            if (slot == 0 && memchr(at, '-', (size_t)(behind - at)) != NULL)
                slot = OTHERS;
            if (slot) {
                const int change = ends ? -(opened[slot] > 0) : 1;
                opened[slot] += change;
                if (slot >= this->first_formatting)
                    formatting += change;
                if (opened[slot] > deepest || (slot == OTHERS && is_too_many(this, at, behind)))
                    return 1;
            }
            again += formatting;
            if (again > this->again || (behind < end && *behind != '>' && is_crowded(this, behind)))
                return 1;
        }
        int what = ends || (*at != '!' && (*at | 32) != 's') ? SEEN : unseen(at, behind, end);
        const char *next = what == SEEN || endless[what] ? NULL : past_unseen(what, at, end);
        if (what != SEEN && next == NULL)
            endless[what] = 1;  /* nor does one behind it end */
        at = next == NULL ? behind : next;  /* a name may hold "<" */
    }
    return 0;
}

PyDoc_STRVAR(costly_doc, "costly(markup, slots, deepest, attributes, names, first_formatting, again)\n--\n\n"
                         "Whether more than `deepest` tags of one slot seem open at once, by their first three characters, a tag\n"
                         "seems to have too many attributes, or the page too many names of them and of unknown elements, or too\n"
                         "many formatting elements (the slots from first_formatting on) that are opened again.");

static PyObject *costly(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *markup, *slots;
    Py_ssize_t deepest, attributes, names, first_formatting, again;
    if (!PyArg_ParseTuple(args, "SSnnnnn", &markup, &slots, &deepest, &attributes, &names, &first_formatting, &again))
        return NULL;
    if (PyBytes_GET_SIZE(slots) != 32 * 32 * 32 || names < 0 || names > NAMES_ROOM / 2) {
        PyErr_SetString(PyExc_ValueError, "one slot for each three characters, and room for all names");
        return NULL;
    }
    const char *at = PyBytes_AS_STRING(markup);
    look this = {
        .end = at + PyBytes_GET_SIZE(markup), .most = names, .attributes = attributes,
        .first_formatting = first_formatting, .again = again,
    };
    this.names = PyMem_Calloc(NAMES_ROOM, sizeof *this.names);
    if (this.names == NULL)
        return PyErr_NoMemory();
    const int found = is_costly(&this, at, (const unsigned char *)PyBytes_AS_STRING(slots), deepest);
    PyMem_Free(this.names);
    return PyBool_FromLong(found);
}

enum { MOST_SOUGHT = 32, LETTERS = 32 };

/* Whether these bytes begin with this name, in letters of either case. */
static int begins_with(const char *at, const char *end, const char *name, Py_ssize_t length)
{
    if (end - at < length)
        return 0;
    for (Py_ssize_t i = 0; i < length; i++)
        if ((at[i] >= 'A' && at[i] <= 'Z' ? at[i] + 32 : at[i]) != name[i])
            return 0;
    return 1;
}

PyDoc_STRVAR(tags_among_doc, "tags_among(markup, names)\n--\n\n"
                             "For each of the names, lower-case letters, whether it stands right behind a < somewhere.");

static PyObject *tags_among(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *markup, *names;
    uint32_t missing[LETTERS] = {0}, found = 0; /* names by their first letter, a bit for each */
    if (!PyArg_ParseTuple(args, "SO!", &markup, &PyTuple_Type, &names))
        return NULL;
    const Py_ssize_t count = PyTuple_GET_SIZE(names);
    if (count > MOST_SOUGHT) {
        PyErr_SetString(PyExc_ValueError, "too many names");
        return NULL;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *name = PyTuple_GET_ITEM(names, i);
        if (!PyBytes_Check(name) || PyBytes_GET_SIZE(name) == 0) {
            PyErr_SetString(PyExc_TypeError, "a name is bytes");
            return NULL;
        }
        missing[PyBytes_AS_STRING(name)[0] & (LETTERS - 1)] |= (uint32_t)1 << i;
    }
    const char *at = PyBytes_AS_STRING(markup), *end = at + PyBytes_GET_SIZE(markup);
    while ((at = memchr(at, '<', (size_t)(end - at))) != NULL && ++at < end) {
        uint32_t *sought = &missing[*at & (LETTERS - 1)];
        for (uint32_t left = *sought; left; left &= left - 1) {
            const int i = __builtin_ctz(left);
            PyObject *name = PyTuple_GET_ITEM(names, i);
            if (begins_with(at, end, PyBytes_AS_STRING(name), PyBytes_GET_SIZE(name))) {
                *sought &= ~((uint32_t)1 << i);
                found |= (uint32_t)1 << i;
            }
        }
    }
    PyObject *told = PyTuple_New(count);
    for (Py_ssize_t i = 0; told != NULL && i < count; i++)
        PyTuple_SET_ITEM(told, i, PyBool_FromLong(found >> i & 1));
    return told;
}
