/* This part of _native.c does the count of cleaners/parse/nesting.py in C. */

enum { PAIRS = 32 * 32 };

/* The same for letters of either case, and for spaces, digits and most signs. */
static size_t folded(char c)
{
    return c & 64 ? (size_t)(c & 31) : 0;
}

static size_t pair_at(const char *at)
{
    return folded(at[0]) << 5 | folded(at[1]);
}

PyDoc_STRVAR(nests_doc, "nests(markup, pairs, deepest)\n--\n\n"
                        "Whether more than `deepest` tags that begin with one of these pairs of characters seem open at\n"
                        "once.");

static PyObject *nests(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *markup, *pairs;
    Py_ssize_t deepest, opened[PAIRS] = {0};
    char wanted[PAIRS] = {0};
    if (!PyArg_ParseTuple(args, "SSn", &markup, &pairs, &deepest))
        return NULL;
    for (Py_ssize_t i = 0; i + 1 < PyBytes_GET_SIZE(pairs); i += 2)
        wanted[pair_at(PyBytes_AS_STRING(pairs) + i)] = 1;
    const char *at = PyBytes_AS_STRING(markup), *end = at + PyBytes_GET_SIZE(markup);
    while ((at = memchr(at, '<', (size_t)(end - at))) != NULL) {
        at++;
        int ends = at < end && *at == '/';
        at += ends;
        if (end - at < 2)
            break;
        size_t pair = pair_at(at);
        opened[pair] += ends ? -(opened[pair] > 0) : 1;
        if (opened[pair] > deepest && wanted[pair])
            Py_RETURN_TRUE;
    }
    Py_RETURN_FALSE;
}
