/* Weights of names and wordings. The Python twins are _py_weigh_wordings and _py_weigh_names in
 * cleaners/judge/lexicon.py.
 */

enum { LOWEST = 3, LEAST_LETTERS = 2 }; /* weights of a line that are added up; letters of a name; SHARED with lexicon.py */

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

/* What the names of an element weigh, as _Weight of lexicon.py. */
typedef struct {
    double least, most, sum;
    Py_ssize_t count;
} Weights;

enum { NAMES = 1024, LONGEST_NAME = 38, LONGEST_DOTTED = 1000 };
enum { SIEVE = 1 << 15 }; /* bytes: with a shipped lexicon's names, one bit in thirty is set */

/* What an ASCII name weighs, as found before; a later one may take its place. */
typedef struct {
    char text[LONGEST_NAME];
    char size, weighs; /* 0 bytes where the place is free; false for a name without a weight */
    double weight;
} Name;

/* Where names are looked up. */
typedef struct {
    PyObject *known;      /* the weights, by name */
    const uint8_t *sieve; /* a bit is set where an ASCII name with this hash may be known */
    Name *met;
} Names;

/* Looks up the weight of a name, whose reference is taken over: 1 when it has one, 0 when not, -1 after an error. */
static int weight_of(PyObject *known, PyObject *name, double *weight)
{
    PyObject *found = name == NULL ? NULL : PyDict_GetItemWithError(known, name);
    Py_XDECREF(name);
    *weight = found == NULL ? 0 : PyFloat_AsDouble(found);
    if (found == NULL || (*weight == -1 && PyErr_Occurred()))
        return PyErr_Occurred() ? -1 : 0;
    return 1;
}

static void add_weight(Weights *weights, double weight)
{
    weights->least = weight < weights->least ? weight : weights->least;
    weights->most = weight > weights->most ? weight : weights->most;
    weights->sum += weight;
    weights->count++;
}

/* Adds the weight of a name, if it has one; takes over the reference. */
static int add_name(Weights *weights, PyObject *known, PyObject *name)
{
    double weight;
    int weighs = weight_of(known, name, &weight);
    if (weighs > 0)
        add_weight(weights, weight);
    return weighs < 0 ? -1 : 0;
}

/* The same for a name given as ASCII. */
static int add_ascii_name(Weights *weights, const Names *names, const char *text, Py_ssize_t size)
{
    uint64_t hash = hash_of(text, (size_t)size);
    if (!(names->sieve[hash / 8 % SIEVE] >> hash % 8 & 1))
        return 0; /* as most names */
    if (size > LONGEST_NAME)
        return add_name(weights, names->known, ascii(text, size));
    Name *name = &names->met[hash % NAMES];
    if (name->size != size || memcmp(name->text, text, (size_t)size) != 0) {
        double weight;
        int weighs = weight_of(names->known, ascii(text, size), &weight);
        if (weighs < 0)
            return -1;
        memcpy(name->text, text, (size_t)size);
        name->size = (char)size;
        name->weighs = (char)weighs;
        name->weight = weight;
    }
    if (name->weighs)
        add_weight(weights, name->weight);
    return 0;
}

/* Adds the weights of all parts of an ASCII element. */
static int add_ascii_parts(Weights *weights, const Names *names, const char *text, Py_ssize_t length)
{
    char whole[LONGEST_DOTTED];
    for (Py_ssize_t at = 0, end; at < length; at = end + 1) {
        for (end = at; end < length && !Py_UNICODE_ISSPACE((unsigned char)text[end]); end++)
            ;
        if (end == at)
            continue;
        for (Py_ssize_t from = at, to; from < end; from = to + 1) {
            for (to = from; to < end && text[to] >= 'a' && text[to] <= 'z'; to++)
                ;
            if (to - from >= LEAST_LETTERS && add_ascii_name(weights, names, text + from, to - from) < 0)
                return -1;
        }
        whole[0] = '.';
        memcpy(whole + 1, text + at, (size_t)(end - at));
        if (add_ascii_name(weights, names, whole, end - at + 1) < 0)
            return -1;
    }
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
        if (end - at >= LEAST_LETTERS && add_name(weights, known, PyUnicode_Substring(part, at, end)) < 0)
            return -1;
    }
    return add_name(weights, known, joined(nothing, '.', part));
}

/* lexicon.py's _weigh. */
static int weigh_element(Weights *weights, PyObject *element, const Names *names, PyObject *nothing)
{
    *weights = (Weights){0, 0, 0, 0};
    if (PyUnicode_IS_ASCII(element) && PyUnicode_GET_LENGTH(element) < LONGEST_DOTTED)
        return add_ascii_parts(weights, names, PyUnicode_DATA(element), PyUnicode_GET_LENGTH(element));
    PyObject *parts = PyUnicode_Split(element, NULL, -1);
    int failed = parts == NULL ? -1 : 0;
    for (Py_ssize_t i = 0; !failed && i < PyList_GET_SIZE(parts); i++)
        failed = add_part(weights, names->known, PyList_GET_ITEM(parts, i), nothing);
    Py_XDECREF(parts);
    return failed;
}

enum { WEIGHED = 256 };

/* What an element weighs, as found before; a later one may take its place. Those that the walk names alike are one object. */
typedef struct {
    PyObject *element;
    Weights weights;
} Weighed;

/* The same, remembered by the object; NULL after an error. */
static const Weights *weights_of(PyObject *element, Weighed *weighed, const Names *names, PyObject *nothing)
{
    Weighed *place = &weighed[((uintptr_t)element >> 4) % WEIGHED];
    if (place->element == element)
        return &place->weights;
    place->element = NULL;
    if (!PyUnicode_Check(element)) {
        PyErr_SetString(PyExc_TypeError, "a name is no string");
        return NULL;
    }
    if (weigh_element(&place->weights, element, names, nothing) < 0)
        return NULL;
    place->element = element;
    return &place->weights;
}

/* What is told of an element: of the names from the page down to it. */
typedef struct {
    double least, most, near, sum;
    int known;
} Told;

/* Adds the element's weights to what is told of the one around it. */
static void tell(Told *told, const Told *around, const Weights *weights)
{
    *told = *around;
    if (weights->least < told->least)
        told->least = weights->least;
    if (weights->most > told->most)
        told->most = weights->most;
    if (weights->count)
        told->near = weights->sum / (double)weights->count;
    told->sum += weights->least + weights->most;
}

PyDoc_STRVAR(sieve_doc, "sieve(known)\n--\n\nA bit for each hash of an ASCII name: set where one of them may be known.");

static PyObject *sieve(PyObject *Py_UNUSED(module), PyObject *known)
{
    Py_ssize_t at = 0;
    PyObject *name;
    if (!PyDict_Check(known)) {
        PyErr_SetString(PyExc_TypeError, "names are a dict");
        return NULL;
    }
    PyObject *made = PyBytes_FromStringAndSize(NULL, SIEVE);
    if (made == NULL)
        return NULL;
    uint8_t *bits = (uint8_t *)PyBytes_AS_STRING(made);
    memset(bits, 0, SIEVE);
    while (PyDict_Next(known, &at, &name, NULL)) {
        if (!PyUnicode_Check(name) || !PyUnicode_IS_ASCII(name))
            continue;
        uint64_t hash = hash_of(PyUnicode_DATA(name), (size_t)PyUnicode_GET_LENGTH(name));
        bits[hash / 8 % SIEVE] |= (uint8_t)(1 << hash % 8);
    }
    return made;
}

PyDoc_STRVAR(weigh_names_doc,
             "weigh_names(names, parents, elements, known, sieve, out)\n--\n\n"
             "Writes four rows: of the names around each line their least, most, nearest and summed weights. The sieve is\n"
             "that of the known names.");

static PyObject *weigh_names(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *names, *given_parents, *element_array, *sieve, *out, *nothing = NULL;
    Py_ssize_t count, *parents = NULL, *way = NULL;
    Told *told = NULL;
    Weighed *weighed = NULL;
    Names look = {NULL, NULL, NULL};
    Py_buffer views[2];
    int failed = -1;
    if (!PyArg_ParseTuple(args, "O!OOO!SO", &PyTuple_Type, &names, &given_parents, &element_array, &PyDict_Type,
                          &look.known, &sieve, &out))
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
    if (PyBytes_GET_SIZE(sieve) != SIEVE) {
        unfit("no sieve");
        goto end;
    }
    look.sieve = (const uint8_t *)PyBytes_AS_STRING(sieve);
    nothing = PyUnicode_New(0, 0);
    way = PyMem_Malloc((size_t)count * sizeof *way);
    told = PyMem_Calloc((size_t)count, sizeof *told);
    look.met = PyMem_Calloc(NAMES, sizeof *look.met);
    weighed = PyMem_Calloc(WEIGHED, sizeof *weighed);
    if (nothing == NULL || way == NULL || told == NULL || look.met == NULL || weighed == NULL) {
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
            const Weights *weights = weights_of(PyTuple_GET_ITEM(names, element), weighed, &look, nothing);
            if (weights == NULL)
                goto end;
            tell(&told[element], &told[parents[element]], weights);
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
    PyMem_Free(weighed);
    PyMem_Free(look.met);
    PyMem_Free(told);
    PyMem_Free(way);
    Py_XDECREF(nothing);
    PyMem_Free(parents);
    release(views, 2);
    return none_unless(failed);
}
