/* Features of the elements around a line. The Python twin is _py_containers in cleaners/judge/containers.py. */

/* The elements of a page and its lines, and what was found of the elements. */
typedef struct {
    const Py_ssize_t *parents;
    const int64_t *elements; /* of the lines */
    Py_ssize_t count, lines;
    Py_ssize_t *first, *after; /* lines inside each element: the first, and the one behind the last */
    Py_ssize_t core;           /* the last element of the way to the article */
    Py_ssize_t *branch, *level, *off;
} Elements;

/* Elements are numbered in page order, so the lines inside one follow each other. */
static void find_spans(const Elements *e)
{
    for (Py_ssize_t element = 0; element < e->count; element++) {
        e->first[element] = e->lines;
        e->after[element] = 0;
    }
    for (Py_ssize_t line = 0; line < e->lines; line++) {
        int64_t element = e->elements[line];
        e->first[element] = e->first[element] == e->lines ? line : e->first[element];
        e->after[element] = line + 1;
    }
    for (Py_ssize_t element = e->count - 1; element > 0; element--) {
        Py_ssize_t parent = e->parents[element];
        e->first[parent] = e->first[element] < e->first[parent] ? e->first[element] : e->first[parent];
        e->after[parent] = e->after[element] > e->after[parent] ? e->after[element] : e->after[parent];
    }
    for (Py_ssize_t element = 0; element < e->count; element++)
        e->first[element] = e->first[element] < e->after[element] ? e->first[element] : e->after[element];
}

/* An element as the way to the article sees it, and the numbers it is described by. */
typedef struct {
    double words, prose, links, open; /* sums over the lines inside; open: lines that no rule dropped */
    double weight, most, score;       /* most: the weight of the heaviest child */
    Py_ssize_t heaviest;
    int on_way;
} Element;

/* Follows the child that holds most, as long as it holds that share. */
static void find_trunk(Elements *e, Element *element, double share)
{
    for (Py_ssize_t i = 0; i < e->count; i++) {
        element[i].heaviest = element[i].on_way = 0;
        element[i].most = -1;
        e->branch[i] = i;
        e->level[i] = e->off[i] = 0;
    }
    for (Py_ssize_t i = 1; i < e->count; i++) {
        Element *parent = &element[e->parents[i]];
        if (element[i].weight > parent->most) {
            parent->heaviest = i;
            parent->most = element[i].weight;
        }
    }
    element[0].on_way = 1;
    for (e->core = 0; element[e->core].most > 0 && element[e->core].most >= share * element[e->core].weight;) {
        Py_ssize_t inner = element[e->core].heaviest;
        e->level[inner] = e->level[e->core] + 1;
        element[inner].on_way = 1;
        e->core = inner;
    }
    for (Py_ssize_t i = 1; i < e->count; i++) {
        Py_ssize_t parent = e->parents[i];
        if (element[i].on_way)
            continue;
        e->level[i] = e->level[parent];
        e->off[i] = e->off[parent] + 1;
        if (!element[parent].on_way)
            e->branch[i] = e->branch[parent];
    }
}

/* The bounds of containers.py, in its order. */
typedef struct {
    double most, any_word, near, most_words, most_lines, far;
} Bounds;

enum { WORDS, PROSE, LINKS, DROPPED, VALUES }; /* of a line, SHARED with containers.py */

/* Adds up over the lines inside each element; `room` is for one number more than there are lines. */
static void add_up(const Elements *e, const float *values, double any_word, double *room, Element *element)
{
    const float *prose = values + e->lines, *links = prose + e->lines, *dropped = links + e->lines;
    for (int value = 0; value < VALUES; value++) {
        room[0] = 0;
        for (Py_ssize_t i = 0; i < e->lines; i++) {
            double words = (double)values[i], told = words;
            if (value == PROSE)
                told = words * (double)prose[i];
            else if (value == LINKS)
                told = words * (double)links[i];
            else if (value == DROPPED)
                told = (double)(1 - dropped[i]);
            room[i + 1] = room[i] + told;
        }
        for (Py_ssize_t i = 0; i < e->count; i++) {
            double sum = room[e->after[i]] - room[e->first[i]];
            switch (value) {
            case WORDS:
                element[i].words = sum;
                break;
            case PROSE:
                element[i].prose = sum;
                break;
            case LINKS:
                element[i].links = sum;
                break;
            default:
                element[i].open = sum;
            }
        }
    }
    for (Py_ssize_t i = 0; i < e->count; i++) {
        double worth = any_word * element[i].words; /* a statement of its own: rounded before it is added */
        element[i].weight = element[i].prose + worth;
    }
}

/* The paragraph scores of Readability; `room` is for three numbers an element. Gives the best element. */
static Py_ssize_t find_scores(const Elements *e, const float *values, double near, double *room, Element *element)
{
    double *own = room, *children = own + e->count, *grandchildren = children + e->count;
    Py_ssize_t best = 0;
    for (Py_ssize_t i = 0; i < e->count; i++)
        own[i] = children[i] = grandchildren[i] = 0;
    for (Py_ssize_t i = 0; i < e->lines; i++)
        own[e->elements[i]] += (double)values[i] * (double)values[e->lines + i];
    for (Py_ssize_t i = 1; i < e->count; i++) {
        children[e->parents[i]] += own[i];
        grandchildren[e->parents[e->parents[i]]] += own[i];
    }
    for (Py_ssize_t i = 0; i < e->count; i++) {
        double half = near * grandchildren[i];
        element[i].score = own[i] + children[i] + half;
        best = element[i].score > element[best].score ? i : best;
    }
    return best;
}

static inline double between(double least, double number, double most)
{
    return lower(higher(number, least), most);
}

enum { OF_CORE = 7, OF_ELEMENT = 6, OF_SCORES = 3 }; /* columns, SHARED with containers.py */

/* Writes what is told of an element, a row each. */
static void describe(const Elements *e, const Element *elements, Py_ssize_t place, const Bounds *bounds, float *to)
{
    const Element *element = &elements[place];
    double lines = (double)(e->after[place] - e->first[place]), words = higher(element->words, 1);
    to[0] = (float)lower(element->words, bounds->most_words);
    to[e->lines] = (float)lower(lines, bounds->most_lines);
    to[2 * e->lines] = (float)(element->links / words);
    to[3 * e->lines] = (float)(element->prose / words);
    to[4 * e->lines] = (float)(element->prose / higher(elements[0].prose, 1));
    to[5 * e->lines] = (float)(element->open / higher(lines, 1));
}

/* Writes all rows of each line, in the order of containers.py. */
static void tell_containers(const Elements *e, const Element *element, Py_ssize_t best, const Py_ssize_t *levels,
                            Py_ssize_t some_levels, const Bounds *bounds, float *out)
{
    double first = (double)e->first[e->core], after = (double)e->after[e->core];
    double share = element[e->core].prose / higher(element[0].prose, 1), highest = higher(element[best].score, 1);
    for (Py_ssize_t i = 0; i < e->lines; i++) {
        Py_ssize_t own = e->elements[i], up = e->level[e->core] - e->level[own], around = own;
        float *to = out + i;
        to[0] = (float)up;
        to[e->lines] = (float)e->off[own];
        to[2 * e->lines] = up <= 0;
        to[3 * e->lines] = (float)between(-1, first - (double)i, bounds->far);
        to[4 * e->lines] = (float)between(-1, (double)i - after + 1, bounds->far);
        to[5 * e->lines] = (float)(((double)i - first) / higher(after - first, 1));
        to[6 * e->lines] = (float)share;
        to += OF_CORE * e->lines;
        describe(e, element, e->branch[own], bounds, to);
        to += OF_ELEMENT * e->lines;
        for (Py_ssize_t level = 0, step = 0; level < some_levels; level++, to += OF_ELEMENT * e->lines) {
            for (; step < levels[level]; step++)
                around = e->parents[around];
            describe(e, element, around, bounds, to);
        }
        to[0] = (float)(element[own].score / highest);
        to[e->lines] = (float)(element[e->parents[own]].score / highest);
        to[2 * e->lines] = i >= e->first[best] && i < e->after[best];
    }
}

PyDoc_STRVAR(containers_doc, "containers(parents, elements, values, levels, bounds, out)\n--\n\n"
                             "Writes what is told of the elements around each line, as containers.py says; values has a\n"
                             "row each of words, prose, links and whether a rule dropped the line.");

static PyObject *containers(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *given_parents, *element_array, *values, *levels, *out;
    Py_ssize_t level[MOST_NEIGHBOURS], some_levels, *parents = NULL, *places = NULL;
    double *room = NULL;
    Element *element = NULL;
    Bounds bounds;
    Py_buffer views[3];
    Elements e;
    int failed = -1;
    if (!PyArg_ParseTuple(args, "OOOO!(dddddd)O", &given_parents, &element_array, &values, &PyTuple_Type, &levels,
                          &bounds.most, &bounds.any_word, &bounds.near, &bounds.most_words, &bounds.most_lines,
                          &bounds.far, &out))
        return NULL;
    const Wanted wanted[] = {{element_array, 1, "lq", 8, 0}, {values, 2, "f", 4, 0}, {out, 2, "f", 4, PyBUF_WRITABLE}};
    if (take(views, wanted, 3) < 0)
        return NULL;
    e.elements = views[0].buf;
    e.lines = views[0].shape[0];
    e.parents = parents = read_parents(given_parents, &e.count);
    if (parents == NULL || !are_places(e.elements, e.lines, e.count) || (some_levels = read_sizes(levels, level)) < 0)
        goto end;
    if (parents[0] != 0 || views[1].shape[0] != VALUES || views[1].shape[1] != e.lines || views[2].shape[1] != e.lines
        || views[2].shape[0] != OF_CORE + OF_ELEMENT * (1 + some_levels) + OF_SCORES) {
        unfit("no room for the elements");
        goto end;
    }
    size_t wanted_room = (size_t)e.lines + 1 > 3 * (size_t)e.count ? (size_t)e.lines + 1 : 3 * (size_t)e.count;
    places = PyMem_Calloc(5 * (size_t)e.count, sizeof *places);
    room = PyMem_Calloc(wanted_room, sizeof *room);
    element = PyMem_Calloc((size_t)e.count, sizeof *element);
    if (places == NULL || room == NULL || element == NULL) {
        PyErr_NoMemory();
        goto end;
    }
    e.first = places;
    e.after = places + e.count;
    e.branch = places + 2 * e.count;
    e.level = places + 3 * e.count;
    e.off = places + 4 * e.count;
    find_spans(&e);
    add_up(&e, views[1].buf, bounds.any_word, room, element);
    find_trunk(&e, element, bounds.most);
    tell_containers(&e, element, find_scores(&e, views[1].buf, bounds.near, room, element), level, some_levels, &bounds,
                    views[2].buf);
    failed = 0;
end:
    PyMem_Free(element);
    PyMem_Free(room);
    PyMem_Free(places);
    PyMem_Free(parents);
    release(views, 3);
    return none_unless(failed);
}
