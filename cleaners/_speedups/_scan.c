/* The walk over serialised HTML, its last part: from tag to tag. */

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
             && is_written(w, top->written, CHROME_TAGS))
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

/* html_walk.py's _py_walk. */
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
                       "read_alt, block, seam_ends, numbers, out)\n--\n\n"
                       "The blocks, parents and names of serialised HTML; its markup without chrome goes to the list `out`.");

static PyObject *scan(PyObject *Py_UNUSED(module), PyObject *args)
{
    Walk w;
    PyObject *found = NULL;
    memset(&w, 0, sizeof w);
    if (!PyArg_ParseTuple(args, "UO!O!O!O!OOOOO!U(llllllllnnn)O", &w.markup, &PyDict_Type, &w.marks, &PyDict_Type,
                          &w.short_marks, &PyTuple_Type, &w.names_read, &PyDict_Type, &w.zone_of_word,
                          &w.read_tag, &w.read_short, &w.read_line, &w.read_alt, &PyType_Type, &w.block, &w.seam_ends, &w.article,
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
    w.row = PyUnicode_FromString(TABLE_ROW);
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
