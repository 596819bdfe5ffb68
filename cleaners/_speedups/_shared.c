/* The numbers and names above that mean something in Python too, given to the test that compares them: whoever changes one
 * of them changes its namesake.
 */

#define SHARE(name) {#name, name}

static const struct { const char *name; long value; } NUMBERS[] = {
    SHARE(END_BLOCK), SHARE(END_FLOW), SHARE(END_LINK), SHARE(BLOCK), SHARE(FLOW), SHARE(SEAM), SHARE(LINK),
    SHARE(CELL), SHARE(VOID), SHARE(RULE), SHARE(BREAK), SHARE(IMAGE), SHARE(FIELDS), SHARE(TWICE), SHARE(MARK),
    SHARE(COLON), SHARE(GLUED), SHARE(FAINT), SHARE(CLOSES), SHARE(MARKS), SHARE(BARS), SHARE(OPENS), SHARE(JOINS),
    SHARE(LOWEST), SHARE(LEAST_LETTERS), SHARE(WORDS), SHARE(PROSE), SHARE(LINKS), SHARE(DROPPED), SHARE(VALUES),
    SHARE(OF_CORE), SHARE(OF_ELEMENT), SHARE(OF_SCORES), SHARE(CLASSES), SHARE(ENDS), SHARE(OF_SIBLINGS), SHARE(ZONE),
    SHARE(TAG), SHARE(KIND), SHARE(LINK_CHARS), SHARE(DEPTH), SHARE(ALT), SHARE(MARKED), SHARE(FROM_TOP),
    SHARE(FROM_END), SHARE(LINE_PLACE), SHARE(WORD_PLACE), SHARE(PROSE_PLACE), SHARE(BEFORE), SHARE(AFTER),
    SHARE(SINCE), SHARE(UNTIL), SHARE(PLACED), SHARE(WHOLE), SHARE(START), SHARE(END), SHARE(ANYWHERE), SHARE(STEM),
    SHARE(MATCHES), SHARE(PARTED), SHARE(ALNUM), SHARE(MARGIN), SHARE(OTHERS),
};

static const struct { const char *name; const char *const *values; } LISTS[] = {
    SHARE(HEADINGS), SHARE(KEEPING_BREAKS), SHARE(OWN_ROOM_TAGS), SHARE(PAGE_TAGS), SHARE(CHROME_TAGS), SHARE(KIND_NAMES),
};

#undef SHARE

/* Puts a new reference into a dict; -1 after an error. */
static int share(PyObject *shared, const char *name, PyObject *value)
{
    const int failed = value == NULL ? -1 : PyDict_SetItemString(shared, name, value);
    Py_XDECREF(value);
    return failed;
}

static PyObject *names_in(const char *const *values)
{
    PyObject *names = PyList_New(0);
    for (; names != NULL && *values != NULL; values++) {
        PyObject *name = PyUnicode_FromString(*values);
        if (name == NULL || PyList_Append(names, name) < 0)
            Py_CLEAR(names);
        Py_XDECREF(name);
    }
    return names;
}

static int fill_shared(PyObject *shared)
{
    for (size_t i = 0; i < sizeof NUMBERS / sizeof *NUMBERS; i++)
        if (share(shared, NUMBERS[i].name, PyLong_FromLong(NUMBERS[i].value)) < 0)
            return -1;
    for (size_t i = 0; i < sizeof LISTS / sizeof *LISTS; i++)
        if (share(shared, LISTS[i].name, names_in(LISTS[i].values)) < 0)
            return -1;
    PyObject *escapes = PyDict_New();
    for (size_t i = 0; escapes != NULL && i < sizeof ESCAPES / sizeof *ESCAPES; i++)
        if (share(escapes, ESCAPES[i].name, PyUnicode_FromOrdinal((int)ESCAPES[i].meant)) < 0)
            Py_CLEAR(escapes);
    return share(shared, "ESCAPES", escapes) < 0
                   || share(shared, "BLOCK_FIELDS", PyUnicode_FromString(BLOCK_FIELDS)) < 0
                   || share(shared, "TABLE_ROW", PyUnicode_FromString(TABLE_ROW)) < 0
               ? -1 : 0;
}

/* Gives the module SHARED, a dict of all of them by name. */
static int add_shared(PyObject *module)
{
    PyObject *shared = PyDict_New();
    const int failed = shared == NULL || fill_shared(shared) < 0 || PyModule_AddObjectRef(module, "SHARED", shared) < 0;
    Py_XDECREF(shared);
    return failed ? -1 : 0;
}
