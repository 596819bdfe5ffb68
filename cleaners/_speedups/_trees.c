/* Sums of boosted trees. The Python twin is Trees._py_sums in cleaners/judge/trees.py. */

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

static const char FOREST[] = "cleaners._speedups.forest";

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

enum { LANES = 8 }; /* rows in one register, where registers are wide; elsewhere in two */

typedef int32_t Masks __attribute__((vector_size(LANES * sizeof(int32_t))));
typedef float Floats __attribute__((vector_size(LANES * sizeof(float)), aligned(sizeof(float)), may_alias));

/* Adds up the leaves of the first rows of ROWS, in so many registers; `table` has their values column by column. */
static inline __attribute__((always_inline)) void add_first(const Forest *forest, const float *table, uint64_t *sums,
                                                           const int registers)
{
    for (Py_ssize_t tree = 0; tree < forest->trees; tree++) {
        Masks left[ROWS / LANES];
        for (int i = 0; i < registers; i++)
            left[i] = (Masks){0} - 1;
        for (int32_t i = 0; i < forest->counts[tree]; i++) {
            const Condition condition = forest->conditions[tree][i];
            const Floats *column = (const Floats *)(table + (Py_ssize_t)condition.feature * ROWS);
            for (int j = 0; j < registers; j++)
                left[j] &= (column[j] <= condition.threshold) | (int32_t)condition.higher;
        }
        for (int row = 0; row < registers * LANES; row++) {
            uint32_t leaves = (uint32_t)left[row / LANES][row % LANES]; /* never 0: the last leaf stays */
            sums[row] += (uint64_t)forest->values[tree][__builtin_ctz(leaves)];
        }
    }
}

/* The same, in steps of as many rows as a page's last ones need; the compiler unrolls each number on its own. */
static inline __attribute__((always_inline)) void add_some(const Forest *forest, const float *table, uint64_t *sums,
                                                          Py_ssize_t count)
{
    if (count <= ROWS / 4)
        add_first(forest, table, sums, ROWS / 4 / LANES);
    else if (count <= ROWS / 2)
        add_first(forest, table, sums, ROWS / 2 / LANES);
    else
        add_first(forest, table, sums, ROWS / LANES);
}

typedef void AddLeaves(const Forest *forest, const float *table, uint64_t *sums, Py_ssize_t count);

static void add_leaves(const Forest *forest, const float *table, uint64_t *sums, Py_ssize_t count)
{
    add_some(forest, table, sums, count);
}

#if defined(__x86_64__)
/* With the wide registers that nearly every such processor has, and that no compiler uses unasked. */
__attribute__((target("avx2"))) static void add_leaves_wide(const Forest *forest, const float *table, uint64_t *sums,
                                                            Py_ssize_t count)
{
    add_some(forest, table, sums, count);
}

static AddLeaves *fastest(void)
{
    return __builtin_cpu_supports("avx2") ? add_leaves_wide : add_leaves;
}
#else
static AddLeaves *fastest(void)
{
    return add_leaves;
}
#endif

/* A table of 32-bit numbers whose rows or columns follow each other in memory in any way. */
static int strided(PyObject *array, Py_buffer *view)
{
    if (PyObject_GetBuffer(array, view, PyBUF_STRIDES | PyBUF_FORMAT) < 0)
        return -1;
    if (view->ndim == 2 && view->itemsize == sizeof(float) && view->format != NULL && strcmp(view->format, "f") == 0
        && (uintptr_t)view->buf % sizeof(float) == 0 && view->strides[0] % (Py_ssize_t)sizeof(float) == 0
        && view->strides[1] % (Py_ssize_t)sizeof(float) == 0)
        return 0;
    PyBuffer_Release(view);
    PyErr_SetString(PyExc_TypeError, "a table of another type");
    return -1;
}

PyDoc_STRVAR(sums_doc, "sums(forest, table, rows, out)\n--\n\n"
                       "For each of these rows of the table the sum of its leaves' values.");

static PyObject *sums(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *capsule, *table_array, *rows_array, *out_array, *done = NULL;
    Py_buffer table, rows, out;
    if (!PyArg_ParseTuple(args, "OOOO", &capsule, &table_array, &rows_array, &out_array))
        return NULL;
    const Forest *forest = PyCapsule_GetPointer(capsule, FOREST);
    if (forest == NULL || strided(table_array, &table) < 0)
        return NULL;
    if (numbers(rows_array, &rows, 1, "lq", 8, 0) < 0) {
        PyBuffer_Release(&table);
        return NULL;
    }
    if (numbers(out_array, &out, 1, "lq", 8, PyBUF_WRITABLE) < 0) {
        PyBuffer_Release(&rows);
        PyBuffer_Release(&table);
        return NULL;
    }
    Py_ssize_t wanted = rows.shape[0], columns = table.shape[1];
    const int64_t *row_of = rows.buf;
    float *turned = NULL;
    int fits = columns >= forest->columns && out.shape[0] == wanted;
    for (Py_ssize_t i = 0; fits && i < wanted; i++)
        fits = row_of[i] >= 0 && row_of[i] < table.shape[0];
    if (!fits) {
        PyErr_SetString(PyExc_ValueError, "the table does not fit the trees");
        goto end;
    }
    columns = forest->columns; /* the others are asked by no tree */
    turned = PyMem_Calloc((size_t)columns + 1, ROWS * sizeof *turned);
    if (turned == NULL) {
        PyErr_NoMemory();
        goto end;
    }
    AddLeaves *add = fastest();
    Py_BEGIN_ALLOW_THREADS
    for (Py_ssize_t start = 0; start < wanted; start += ROWS) {
        Py_ssize_t count = wanted - start < ROWS ? wanted - start : ROWS;
        uint64_t total[ROWS] = {0}; /* wraps around as numpy's sums do */
        Py_ssize_t offset[ROWS];
        for (Py_ssize_t row = 0; row < count; row++)
            offset[row] = row_of[start + row] * table.strides[0];
        for (Py_ssize_t column = 0; column < columns; column++) {
            const char *from = (const char *)table.buf + column * table.strides[1];
            for (Py_ssize_t row = 0; row < count; row++)
                turned[column * ROWS + row] = *(const float *)(from + offset[row]);
        }
        add(forest, turned, total, count);
        memcpy((int64_t *)out.buf + start, total, (size_t)count * sizeof *total);
    }
    Py_END_ALLOW_THREADS
    done = Py_None;
    Py_INCREF(done);
end:
    PyMem_Free(turned);
    PyBuffer_Release(&out);
    PyBuffer_Release(&rows);
    PyBuffer_Release(&table);
    return done;
}
