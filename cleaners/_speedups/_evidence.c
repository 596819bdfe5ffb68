/* This part of _native.c does in C what takes longest of the evidence: the loops of words.py, lexicon.py, fields.py,
 * features.py and containers.py in cleaners/main_content/ whose Python is called _plain_….
 */

/* An array that a function takes, as `numbers` checks it. */
typedef struct {
    PyObject *array;
    int dimensions;
    const char *formats;
    Py_ssize_t size;
    int flags;
} Wanted;

static void release(Py_buffer *views, int count)
{
    while (count)
        PyBuffer_Release(&views[--count]);
}

/* Takes all of the arrays, or none. */
static int take(Py_buffer *views, const Wanted *wanted, int count)
{
    for (int i = 0; i < count; i++)
        if (numbers(wanted[i].array, &views[i], wanted[i].dimensions, wanted[i].formats, wanted[i].size,
                    wanted[i].flags) < 0) {
            release(views, i);
            return -1;
        }
    return 0;
}

static int unfit(const char *what)
{
    PyErr_SetString(PyExc_ValueError, what);
    return -1;
}

/* None, or NULL after an error. */
static PyObject *none_unless(int failed)
{
    if (failed)
        return NULL;
    Py_INCREF(Py_None);
    return Py_None;
}

static int all_strings(PyObject *lines)
{
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(lines); i++)
        if (!PyUnicode_Check(PyList_GET_ITEM(lines, i))) {
            PyErr_SetString(PyExc_TypeError, "a line is no string");
            return 0;
        }
    return 1;
}

typedef struct {
    const uint8_t *is_word; /* of the characters below `known` */
    Py_ssize_t known;
    uint64_t base;
    uint64_t *number; /* the words found */
    Py_ssize_t count, room;
} Spelling;

/* Gives each word of a line its number; -1 when there is no room for it. */
static inline int spell_line(Spelling *s, int kind, const void *line, Py_ssize_t length)
{
    for (Py_ssize_t at = 0; at < length; at++) {
        uint64_t sum = 0, power = 1;
        Py_ssize_t begin = at;
        for (; at < length; at++) {
            Py_UCS4 c = PyUnicode_READ(kind, line, at);
            if ((Py_ssize_t)c < s->known ? !s->is_word[c] : c < 0x20000)
                break;
            sum += (c >= '0' && c <= '9' ? '0' : c) * power;
            power *= s->base;
        }
        if (at == begin)
            continue;
        if (s->count == s->room)
            return -1;
        s->number[s->count++] = sum ^ sum >> 32;
    }
    return 0;
}

PyDoc_STRVAR(spell_doc, "spell(lines, is_word, base, number, begins)\n--\n\n"
                        "Writes the number of each word, and where the words of each line begin.");

static PyObject *spell(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *lines, *is_word, *number, *begins;
    unsigned long long base;
    Py_buffer views[3];
    if (!PyArg_ParseTuple(args, "O!OKOO", &PyList_Type, &lines, &is_word, &base, &number, &begins))
        return NULL;
    const Wanted wanted[] = {{is_word, 1, "?", 1, 0}, {number, 1, "LQ", 8, PyBUF_WRITABLE},
                             {begins, 1, "lq", 8, PyBUF_WRITABLE}};
    if (!all_strings(lines) || take(views, wanted, 3) < 0)
        return NULL;
    Spelling s = {views[0].buf, views[0].shape[0], base, views[1].buf, 0, views[1].shape[0]};
    int64_t *begin = views[2].buf;
    Py_ssize_t count = PyList_GET_SIZE(lines);
    int failed = views[2].shape[0] != count + 1;
    for (Py_ssize_t i = 0; !failed && i < count; i++) {
        PyObject *line = PyList_GET_ITEM(lines, i);
        const void *data = PyUnicode_DATA(line);
        Py_ssize_t length = PyUnicode_GET_LENGTH(line);
        begin[i] = s.count;
        switch (PyUnicode_KIND(line)) {
        case PyUnicode_1BYTE_KIND:
            failed = spell_line(&s, PyUnicode_1BYTE_KIND, data, length);
            break;
        case PyUnicode_2BYTE_KIND:
            failed = spell_line(&s, PyUnicode_2BYTE_KIND, data, length);
            break;
        default:
            failed = spell_line(&s, PyUnicode_4BYTE_KIND, data, length);
        }
    }
    if (failed)
        unfit("no room for the words");
    else
        begin[count] = s.count;
    release(views, 3);
    return none_unless(failed);
}

/* The first place in sorted keys whose key is not below the value. */
#define FIRST_NOT_BELOW(type, name)                                                                                    \
    static inline Py_ssize_t name(const type *keys, Py_ssize_t count, type value)                                      \
    {                                                                                                                  \
        Py_ssize_t first = 0;                                                                                          \
        while (count) {                                                                                                \
            Py_ssize_t half = count - count / 2;                                                                       \
            first += keys[first + half - 1] < value ? half : 0;                                                        \
            count /= 2;                                                                                                \
        }                                                                                                              \
        return first;                                                                                                  \
    }

FIRST_NOT_BELOW(uint64_t, place_of_number)
FIRST_NOT_BELOW(uint32_t, place_of_wording)

/* True when the words of each line stand behind those of the line before, and there are so many. */
static int are_begins(const int64_t *begins, Py_ssize_t lines, Py_ssize_t words)
{
    int64_t before = 0;
    for (Py_ssize_t i = 0; i <= lines; before = begins[i++])
        if (begins[i] < before || begins[i] > words)
            return 0;
    return 1;
}

PyDoc_STRVAR(count_among_doc, "count_among(number, begins, known, counts)\n--\n\n"
                              "Writes how many words of each line are among the known ones, which are sorted.");

static PyObject *count_among(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *number, *begins, *known, *counts;
    Py_buffer views[4];
    if (!PyArg_ParseTuple(args, "OOOO", &number, &begins, &known, &counts))
        return NULL;
    const Wanted wanted[] = {{number, 1, "LQ", 8, 0}, {begins, 1, "lq", 8, 0}, {known, 1, "LQ", 8, 0},
                             {counts, 1, "d", 8, PyBUF_WRITABLE}};
    if (take(views, wanted, 4) < 0)
        return NULL;
    const uint64_t *word = views[0].buf, *keys = views[2].buf;
    const int64_t *begin = views[1].buf;
    Py_ssize_t lines = views[3].shape[0], size = views[2].shape[0];
    uint8_t begun[1 << 13] = {0}; /* a bit for each first 16 bits of a known word: most others need no search */
    for (Py_ssize_t i = 0; i < size; i++)
        begun[keys[i] >> 51] |= (uint8_t)(1 << (keys[i] >> 48 & 7));
    int failed = 0;
    if (views[1].shape[0] != lines + 1 || !are_begins(begin, lines, views[0].shape[0]))
        failed = unfit("the words do not fit the lines");
    for (Py_ssize_t i = 0; !failed && i < lines; i++) {
        Py_ssize_t count = 0;
        for (int64_t at = begin[i]; at < begin[i + 1]; at++) {
            if (!(begun[word[at] >> 51] >> (word[at] >> 48 & 7) & 1))
                continue;
            Py_ssize_t place = place_of_number(keys, size, word[at]);
            count += place < size && keys[place] == word[at];
        }
        ((double *)views[3].buf)[i] = (double)count;
    }
    release(views, 4);
    return none_unless(failed);
}

enum { LOWEST = 3 }; /* of a line's weights that are added up, as in lexicon.py */

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

enum { CLASSES = 16 }; /* of characters: the bits of their number */
enum { ENDS = 4 };     /* characters of a line that are told: its first, last, final one, and two before that */

/* What features.py says of characters; the last of `classes` stands for all behind it. */
typedef struct {
    const uint16_t *classes;
    Py_ssize_t known;
    int closer, stop;
    Py_ssize_t most_closers;
    uint64_t spread[1 << 8]; /* of eight bits: a byte each, to count them all with one addition */
} Characters;

static void spread_bits(Characters *characters)
{
    for (int bits = 0; bits < 1 << 8; bits++) {
        characters->spread[bits] = 0;
        for (int bit = 0; bit < 8; bit++)
            characters->spread[bits] |= (uint64_t)(bits >> bit & 1) << 8 * bit;
    }
}

static inline uint16_t class_of(const Characters *characters, Py_UCS4 c)
{
    return characters->classes[(Py_ssize_t)c < characters->known ? (Py_ssize_t)c : characters->known - 1];
}

/* Counts the characters of each class; a stop counts where a space follows. */
static inline void count_classes(const Characters *characters, int kind, const void *line, Py_ssize_t length,
                                 Py_ssize_t *counts)
{
    const unsigned stop = 1u << characters->stop;
    for (Py_ssize_t at = 0; at < length;) {
        Py_ssize_t end = length - at > UINT8_MAX ? at + UINT8_MAX : length; /* before a byte could overflow */
        uint64_t first = 0, others = 0;
        for (; at < end; at++) {
            unsigned bits = class_of(characters, PyUnicode_READ(kind, line, at));
            if (bits & stop && (at + 1 == length || PyUnicode_READ(kind, line, at + 1) != ' '))
                bits ^= stop;
            first += characters->spread[bits & 0xFF];
            others += characters->spread[bits >> 8];
        }
        for (int bit = 0; bit < 8; bit++) {
            counts[bit] += (Py_ssize_t)(first >> 8 * bit & 0xFF);
            counts[bit + 8] += (Py_ssize_t)(others >> 8 * bit & 0xFF);
        }
    }
}

PyDoc_STRVAR(looks_doc,
             "looks(lines, classes, closer, most_closers, stop, counts, ends)\n--\n\n"
             "Writes for each line how many characters it has of each class, and the characters at its ends.");

static PyObject *looks(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *lines, *classes, *counts, *ends;
    Characters characters;
    Py_buffer views[3];
    if (!PyArg_ParseTuple(args, "O!OiniOO", &PyList_Type, &lines, &classes, &characters.closer,
                          &characters.most_closers, &characters.stop, &counts, &ends))
        return NULL;
    const Wanted wanted[] = {{classes, 1, "H", 2, 0}, {counts, 2, "lq", 8, PyBUF_WRITABLE},
                             {ends, 2, "IL", 4, PyBUF_WRITABLE}};
    if (!all_strings(lines) || take(views, wanted, 3) < 0)
        return NULL;
    Py_ssize_t count = PyList_GET_SIZE(lines);
    int64_t *counted = views[1].buf;
    uint32_t *end = views[2].buf;
    Py_UCS4 end_before = 0;
    int failed = 0;
    characters.classes = views[0].buf;
    characters.known = views[0].shape[0];
    spread_bits(&characters);
    if (characters.known == 0 || characters.closer < 0 || characters.closer >= CLASSES || characters.stop < 0
        || characters.stop >= CLASSES || views[1].shape[0] != CLASSES || views[1].shape[1] != count
        || views[2].shape[0] != ENDS || views[2].shape[1] != count)
        failed = unfit("no room for what the lines look like");
    for (Py_ssize_t i = 0; !failed && i < count; i++) {
        PyObject *line = PyList_GET_ITEM(lines, i);
        const void *data = PyUnicode_DATA(line);
        Py_ssize_t length = PyUnicode_GET_LENGTH(line), found[CLASSES] = {0};
        int kind = (int)PyUnicode_KIND(line);
        switch (kind) {
        case PyUnicode_1BYTE_KIND:
            count_classes(&characters, PyUnicode_1BYTE_KIND, data, length, found);
            break;
        case PyUnicode_2BYTE_KIND:
            count_classes(&characters, PyUnicode_2BYTE_KIND, data, length, found);
            break;
        default:
            count_classes(&characters, PyUnicode_4BYTE_KIND, data, length, found);
        }
        for (int class = 0; class < CLASSES; class++)
            counted[class * count + i] = found[class];
        Py_ssize_t final = length - 1;
        for (Py_ssize_t n = 0; n < characters.most_closers && final > 0
                               && class_of(&characters, PyUnicode_READ(kind, data, final)) >> characters.closer & 1; n++)
            final--;
        if (length == 0) {
            for (int place = 0; place < ENDS; place++)
                end[place * count + i] = '\n';
            end_before = '\n';
            continue;
        }
        Py_UCS4 before = final == 1 ? '\n' : end_before; /* as if the lines stood in one text */
        if (final >= 2)
            before = PyUnicode_READ(kind, data, final - 2);
        else if (i == 0)
            before = PyUnicode_READ(kind, data, 0);
        end_before = PyUnicode_READ(kind, data, length - 1);
        end[i] = PyUnicode_READ(kind, data, 0);
        end[count + i] = end_before;
        end[2 * count + i] = PyUnicode_READ(kind, data, final);
        end[3 * count + i] = before;
    }
    release(views, 3);
    return none_unless(failed);
}

/* The numbers of a list or tuple, to be freed with PyMem_Free; NULL after an error. */
static Py_ssize_t *read_numbers(PyObject *given, Py_ssize_t *count)
{
    if (!PyList_Check(given) && !PyTuple_Check(given)) {
        PyErr_SetString(PyExc_TypeError, "no list or tuple");
        return NULL;
    }
    *count = PySequence_Fast_GET_SIZE(given);
    Py_ssize_t *read = PyMem_Malloc(((size_t)*count + 1) * sizeof *read);
    if (read == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    for (Py_ssize_t i = 0; i < *count; i++) {
        PyObject *number = PySequence_Fast_GET_ITEM(given, i);
        read[i] = PyLong_Check(number) ? PyLong_AsSsize_t(number) : -1;
        if (read[i] < 0) {
            if (!PyErr_Occurred())
                PyErr_SetString(PyExc_ValueError, "no place");
            PyMem_Free(read);
            return NULL;
        }
    }
    return read;
}

/* The element around each one, which stands before it; the first is the page. Freed and failing as `read_numbers`. */
static Py_ssize_t *read_parents(PyObject *given, Py_ssize_t *count)
{
    Py_ssize_t *parents = read_numbers(given, count);
    int failed = parents != NULL && *count == 0;
    for (Py_ssize_t element = 1; parents != NULL && element < *count; element++)
        failed = failed || parents[element] >= element;
    if (!failed)
        return parents;
    PyMem_Free(parents);
    unfit("an element stands before the one around it");
    return NULL;
}

/* True when all of these are numbers of elements. */
static int are_places(const int64_t *elements, Py_ssize_t lines, Py_ssize_t count)
{
    for (Py_ssize_t line = 0; line < lines; line++)
        if (elements[line] < 0 || elements[line] >= count)
            return unfit("a line in no element") == 0;
    return 1;
}

/* The fields of the blocks that a function reads. */
typedef struct {
    PyObject *blocks;
    Py_ssize_t *places, count;
} Fields;

static int read_fields(Fields *fields, PyObject *blocks, PyObject *places)
{
    fields->blocks = blocks;
    fields->places = read_numbers(places, &fields->count);
    if (fields->places == NULL)
        return -1;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(blocks); i++) {
        PyObject *block = PyTuple_GET_ITEM(blocks, i);
        for (Py_ssize_t place = 0; place < fields->count; place++)
            if (!PyTuple_Check(block) || fields->places[place] >= PyTuple_GET_SIZE(block)) {
                PyMem_Free(fields->places);
                return unfit("a block without the field");
            }
    }
    return 0;
}

static PyObject *field_of(const Fields *fields, Py_ssize_t block, Py_ssize_t place)
{
    return PyTuple_GET_ITEM(PyTuple_GET_ITEM(fields->blocks, block), fields->places[place]);
}

static int read_whole(PyObject *number, int64_t *to)
{
    *to = PyLong_AsLongLong(number);
    return *to == -1 && PyErr_Occurred() ? -1 : 0;
}

PyDoc_STRVAR(fields_doc, "fields(blocks, places, out)\n--\n\n"
                         "Writes the whole numbers that the blocks hold at these places, a row each.");

static PyObject *fields(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *blocks, *places, *out;
    Py_buffer rows;
    Fields read;
    if (!PyArg_ParseTuple(args, "O!OO", &PyTuple_Type, &blocks, &places, &out)
        || numbers(out, &rows, 2, "lq", 8, PyBUF_WRITABLE) < 0)
        return NULL;
    if (read_fields(&read, blocks, places) < 0) {
        PyBuffer_Release(&rows);
        return NULL;
    }
    int64_t *number = rows.buf;
    Py_ssize_t count = PyTuple_GET_SIZE(blocks);
    int failed = 0;
    if (rows.shape[0] != read.count || rows.shape[1] != count)
        failed = unfit("no room for the fields");
    for (Py_ssize_t place = 0; !failed && place < read.count; place++)
        for (Py_ssize_t i = 0; !failed && i < count; i++)
            failed = read_whole(field_of(&read, i, place), number++) < 0;
    PyMem_Free(read.places);
    PyBuffer_Release(&rows);
    return none_unless(failed);
}

/* True when two blocks hold the very same objects, as neighbours often do. */
static int are_same(const Fields *fields, Py_ssize_t block, Py_ssize_t other)
{
    Py_ssize_t place = 0;
    while (place < fields->count && field_of(fields, block, place) == field_of(fields, other, place))
        place++;
    return place == fields->count;
}

/* The number of the block's group, a new one for a new key; -1 after an error. */
static Py_ssize_t group_of(const Fields *fields, Py_ssize_t block, PyObject *known)
{
    PyObject *key = fields->count == 1 ? field_of(fields, block, 0) : PyTuple_New(fields->count);
    if (key == NULL)
        return -1;
    if (fields->count == 1)
        Py_INCREF(key);
    for (Py_ssize_t place = 0; fields->count != 1 && place < fields->count; place++) {
        PyObject *field = field_of(fields, block, place);
        Py_INCREF(field);
        PyTuple_SET_ITEM(key, place, field);
    }
    PyObject *found = PyDict_GetItemWithError(known, key); /* borrowed */
    Py_ssize_t group = -1;
    if (found != NULL) {
        group = PyLong_AsSsize_t(found);
    } else if (!PyErr_Occurred()) {
        group = PyDict_GET_SIZE(known);
        PyObject *next = PyLong_FromSsize_t(group);
        if (next == NULL || PyDict_SetItem(known, key, next) < 0)
            group = -1;
        Py_XDECREF(next);
    }
    Py_DECREF(key);
    return group;
}

/* Writes the number of each block's group. */
static int write_groups(const Fields *fields, int64_t *group)
{
    PyObject *known = PyDict_New();
    Py_ssize_t number = known == NULL ? -1 : 0;
    for (Py_ssize_t i = 0; number >= 0 && i < PyTuple_GET_SIZE(fields->blocks); i++) {
        if (i == 0 || !are_same(fields, i - 1, i))
            number = group_of(fields, i, known);
        group[i] = number;
    }
    Py_XDECREF(known);
    return number < 0 ? -1 : 0;
}

PyDoc_STRVAR(groups_doc, "groups(blocks, places, out)\n--\n\n"
                         "Writes for each block the number of those that are equal to it at these places.");

static PyObject *groups(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *blocks, *places, *out;
    Py_buffer group;
    Fields read;
    if (!PyArg_ParseTuple(args, "O!OO", &PyTuple_Type, &blocks, &places, &out)
        || numbers(out, &group, 1, "lq", 8, PyBUF_WRITABLE) < 0)
        return NULL;
    if (read_fields(&read, blocks, places) < 0) {
        PyBuffer_Release(&group);
        return NULL;
    }
    int failed = 0;
    if (group.shape[0] != PyTuple_GET_SIZE(blocks))
        failed = unfit("no room for the groups");
    else
        failed = write_groups(&read, group.buf);
    PyMem_Free(read.places);
    PyBuffer_Release(&group);
    return none_unless(failed);
}

static inline double lower(double one, double other)
{
    return other < one ? other : one;
}

static inline double higher(double one, double other)
{
    return other > one ? other : one;
}

enum { OF_SIBLINGS = 5 }; /* values of a line that are told of its siblings; the last is the words of its prose */

typedef struct {
    double sums[OF_SIBLINGS];
    Py_ssize_t lines;
} Siblings;

/* Writes what one grouping of the lines tells of each. */
static void tell_siblings(const int64_t *group, const float *values, Py_ssize_t lines, double most_lines,
                          Siblings *siblings, float *out)
{
    double every = 0;
    memset(siblings, 0, (size_t)lines * sizeof *siblings);
    for (Py_ssize_t i = 0; i < lines; i++) {
        Siblings *mine = &siblings[group[i]];
        mine->lines++;
        for (int value = 0; value < OF_SIBLINGS; value++)
            mine->sums[value] += (double)values[value * lines + i];
        every += (double)values[(OF_SIBLINGS - 1) * lines + i]; /* whole numbers: the order does not matter */
    }
    for (Py_ssize_t i = 0; i < lines; i++) {
        const Siblings *mine = &siblings[group[i]];
        for (int value = 0; value < OF_SIBLINGS - 1; value++)
            out[value * lines + i] = (float)(mine->sums[value] / (double)mine->lines);
        out[(OF_SIBLINGS - 1) * lines + i] = (float)lower((double)mine->lines, most_lines);
        out[OF_SIBLINGS * lines + i] = (float)(mine->sums[OF_SIBLINGS - 1] / higher(every, 1));
    }
}

PyDoc_STRVAR(siblings_doc, "siblings(blocks, groupings, values, most_lines, out)\n--\n\n"
                           "Writes for each grouping, the places by which blocks are told apart, six rows: the means of\n"
                           "the first values over a block's group, its lines, and its share of the last value.");

static PyObject *siblings(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *blocks, *groupings, *values, *out;
    double most_lines;
    Py_buffer views[2];
    if (!PyArg_ParseTuple(args, "O!O!OdO", &PyTuple_Type, &blocks, &PyTuple_Type, &groupings, &values, &most_lines, &out))
        return NULL;
    const Wanted wanted[] = {{values, 2, "f", 4, 0}, {out, 2, "f", 4, PyBUF_WRITABLE}};
    if (take(views, wanted, 2) < 0)
        return NULL;
    Py_ssize_t lines = PyTuple_GET_SIZE(blocks), count = PyTuple_GET_SIZE(groupings);
    int64_t *group = PyMem_Malloc(((size_t)lines + 1) * sizeof *group);
    Siblings *room = PyMem_Malloc(((size_t)lines + 1) * sizeof *room);
    int failed = group == NULL || room == NULL;
    if (failed)
        PyErr_NoMemory();
    else if (views[0].shape[0] != OF_SIBLINGS || views[0].shape[1] != lines || views[1].shape[1] != lines
             || views[1].shape[0] != (OF_SIBLINGS + 1) * count)
        failed = unfit("no room for the siblings");
    for (Py_ssize_t i = 0; !failed && i < count; i++) {
        Fields read;
        failed = read_fields(&read, blocks, PyTuple_GET_ITEM(groupings, i));
        if (failed)
            break;
        failed = write_groups(&read, group);
        PyMem_Free(read.places);
        if (!failed)
            tell_siblings(group, views[0].buf, lines, most_lines, room,
                          (float *)views[1].buf + i * (OF_SIBLINGS + 1) * lines);
    }
    PyMem_Free(room);
    PyMem_Free(group);
    release(views, 2);
    return none_unless(failed);
}

enum { ZONE, TAG, KIND, LINK_CHARS, DEPTH, ALT, MARKED }; /* the places that `markup` is given */

PyDoc_STRVAR(markup_doc, "markup(blocks, places, zones, tags, kind, chars, out)\n--\n\n"
                         "Writes a row for each zone that a block may stand in and for each tag, and whether it is of this\n"
                         "kind, the share of its characters that are links, its depth, and whether it has an alt text.");

static PyObject *markup(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *blocks, *places, *zone_array, *tags, *kind, *char_array, *out;
    Py_buffer views[3];
    Fields read;
    if (!PyArg_ParseTuple(args, "O!OOO!UOO", &PyTuple_Type, &blocks, &places, &zone_array, &PyDict_Type, &tags, &kind,
                          &char_array, &out))
        return NULL;
    const Wanted wanted[] = {{zone_array, 1, "lq", 8, 0}, {char_array, 1, "f", 4, 0}, {out, 2, "f", 4, PyBUF_WRITABLE}};
    if (take(views, wanted, 3) < 0)
        return NULL;
    if (read_fields(&read, blocks, places) < 0) {
        release(views, 3);
        return NULL;
    }
    const int64_t *zones = views[0].buf;
    const float *chars = views[1].buf;
    float *row = views[2].buf;
    Py_ssize_t lines = PyTuple_GET_SIZE(blocks), some_zones = views[0].shape[0], some_tags = PyDict_GET_SIZE(tags);
    int failed = 0;
    if (read.count != MARKED || views[1].shape[0] != lines || views[2].shape[1] != lines
        || views[2].shape[0] != some_zones + some_tags + 4)
        failed = unfit("no room for the markup");
    for (Py_ssize_t i = 0; !failed && i < lines; i++, row++) {
        int64_t zone, link_chars, depth;
        PyObject *alt = field_of(&read, i, ALT);
        failed = read_whole(field_of(&read, i, ZONE), &zone) < 0 || read_whole(field_of(&read, i, DEPTH), &depth) < 0
                 || read_whole(field_of(&read, i, LINK_CHARS), &link_chars) < 0;
        if (failed)
            break;
        PyObject *found = PyDict_GetItemWithError(tags, field_of(&read, i, TAG));
        int64_t tag = -1;
        failed = found == NULL ? PyErr_Occurred() != NULL : read_whole(found, &tag) < 0;
        if (failed)
            break;
        int is_kind = PyObject_RichCompareBool(field_of(&read, i, KIND), kind, Py_EQ);
        failed = is_kind < 0 || (!PyUnicode_Check(alt) && unfit("an alt text that is no string"));
        if (failed)
            break;
        float *to = row;
        for (Py_ssize_t place = 0; place < some_zones; place++, to += lines)
            *to = (zone & zones[place]) != 0;
        for (Py_ssize_t place = 0; place < some_tags; place++, to += lines)
            *to = place == tag;
        to[0] = (float)is_kind;
        to[lines] = (float)lower(1, (double)link_chars / (double)chars[i]);
        to[2 * lines] = (float)depth;
        to[3 * lines] = PyUnicode_GET_LENGTH(alt) != 0;
    }
    PyMem_Free(read.places);
    release(views, 3);
    return none_unless(failed);
}

enum { FROM_TOP, FROM_END, LINE_PLACE, WORD_PLACE, PROSE_PLACE, BEFORE, AFTER, SINCE, UNTIL, PLACED };

PyDoc_STRVAR(places_doc, "places(words, prose, most_lines, most_words, far, out)\n--\n\n"
                         "Writes nine rows: where on the page a line stands, and how far the running prose is.");

static PyObject *places(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *word_array, *prose_array, *out;
    float most_lines, most_words, far;
    Py_buffer views[3];
    if (!PyArg_ParseTuple(args, "OOfffO", &word_array, &prose_array, &most_lines, &most_words, &far, &out))
        return NULL;
    const Wanted wanted[] = {{word_array, 1, "f", 4, 0}, {prose_array, 1, "f", 4, 0}, {out, 2, "f", 4, PyBUF_WRITABLE}};
    if (take(views, wanted, 3) < 0)
        return NULL;
    const float *words = views[0].buf, *prose = views[1].buf;
    Py_ssize_t lines = views[0].shape[0];
    float *row = views[2].buf, all_words = 0, all_prose = 0; /* whole numbers: the order does not matter */
    int failed = 0;
    if (views[1].shape[0] != lines || views[2].shape[0] != PLACED || views[2].shape[1] != lines)
        failed = unfit("no room for the places");
    for (Py_ssize_t i = 0; !failed && i < lines; i++) {
        all_words += words[i];
        all_prose += prose[i] > 0 ? words[i] : 0;
    }
    all_words = all_words > 1 ? all_words : 1;
    all_prose = all_prose > 1 ? all_prose : 1;
    float above = 0, prose_above = 0, since = far, until = far;
    for (Py_ssize_t i = 0; !failed && i < lines; i++) {
        float index = (float)i, behind = (float)(lines - 1 - i), own = prose[i] > 0 ? words[i] : 0;
        float below = all_prose - prose_above;
        below -= own;
        row[FROM_TOP * lines + i] = index < most_lines ? index : most_lines;
        row[FROM_END * lines + i] = behind < most_lines ? behind : most_lines;
        row[LINE_PLACE * lines + i] = index / (lines > 1 ? (float)(lines - 1) : 1);
        row[WORD_PLACE * lines + i] = above / all_words;
        row[PROSE_PLACE * lines + i] = prose_above / all_prose;
        row[BEFORE * lines + i] = prose_above < most_words ? prose_above : most_words;
        row[AFTER * lines + i] = below < most_words ? below : most_words;
        row[SINCE * lines + i] = since;
        since = prose[i] > 0 ? 1 : since + 1;
        since = since < far ? since : far;
        above += words[i];
        prose_above += own;
    }
    for (Py_ssize_t i = lines - 1; !failed && i >= 0; i--) {
        row[UNTIL * lines + i] = until;
        until = prose[i] > 0 ? 1 : until + 1;
        until = until < far ? until : far;
    }
    release(views, 3);
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
            if (to - from >= 2 && add_ascii_name(weights, names, text + from, to - from) < 0)
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
        if (end - at >= 2 && add_name(weights, known, PyUnicode_Substring(part, at, end)) < 0)
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

enum { MOST_NEIGHBOURS = 16 }; /* of steps, of widths, and of levels */

/* The whole numbers of a tuple, none below zero; how many they are, or -1. */
static Py_ssize_t read_sizes(PyObject *given, Py_ssize_t *sizes)
{
    Py_ssize_t count = PyTuple_GET_SIZE(given);
    if (count > MOST_NEIGHBOURS)
        return unfit("too many neighbours");
    for (Py_ssize_t i = 0; i < count; i++) {
        sizes[i] = PyLong_AsSsize_t(PyTuple_GET_ITEM(given, i));
        if (sizes[i] == -1 && PyErr_Occurred())
            return -1;
        if (sizes[i] < 0)
            return unfit("no such neighbours");
    }
    return count;
}

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

/* What containers.py calls by these names. */
typedef struct {
    double most, any_word, near, most_words, most_lines, far;
} Bounds;

enum { VALUES = 4 }; /* of a line: words, prose, links, dropped by a rule */

/* Adds up over the lines inside each element; `room` is for one number more than there are lines. */
static void add_up(const Elements *e, const float *values, double any_word, double *room, Element *element)
{
    const float *prose = values + e->lines, *links = prose + e->lines, *dropped = links + e->lines;
    for (int value = 0; value < VALUES; value++) {
        room[0] = 0;
        for (Py_ssize_t i = 0; i < e->lines; i++) {
            double words = (double)values[i], told = words;
            if (value == 1)
                told = words * (double)prose[i];
            else if (value == 2)
                told = words * (double)links[i];
            else if (value == 3)
                told = (double)(1 - dropped[i]);
            room[i + 1] = room[i] + told;
        }
        for (Py_ssize_t i = 0; i < e->count; i++) {
            double sum = room[e->after[i]] - room[e->first[i]];
            switch (value) {
            case 0:
                element[i].words = sum;
                break;
            case 1:
                element[i].prose = sum;
                break;
            case 2:
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

enum { OF_CORE = 7, OF_ELEMENT = 6, OF_SCORES = 3 };

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

/* The values so many lines above and below each line; -1 beyond the page. */
static void tell_steps(const float *values, Py_ssize_t lines, Py_ssize_t step, float *before, float *after)
{
    Py_ssize_t some = step < lines ? step : lines;
    for (Py_ssize_t i = 0; i < some; i++)
        before[i] = after[lines - 1 - i] = -1;
    memcpy(before + some, values, (size_t)(lines - some) * sizeof *values);
    memcpy(after, values + some, (size_t)(lines - some) * sizeof *values);
}

/* The mean over the lines up to `width` away; `sums[i]` is the sum of the first i values. */
static void tell_means(const double *sums, Py_ssize_t lines, Py_ssize_t width, float *mean)
{
    for (Py_ssize_t i = 0; i < lines; i++) {
        Py_ssize_t first = i > width ? i - width : 0, end = width < lines - i ? i + width + 1 : lines;
        mean[i] = (float)((sums[end] - sums[first]) / (double)(end - first));
    }
}

PyDoc_STRVAR(neighbours_doc, "neighbours(values, steps, widths, out)\n--\n\n"
                             "For each step the rows of values so many lines above and those so many below; for each\n"
                             "width the rows of means.");

static PyObject *neighbours(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *values, *steps, *widths, *out;
    Py_ssize_t step[MOST_NEIGHBOURS], width[MOST_NEIGHBOURS], some_widths = -1;
    Py_buffer views[2];
    if (!PyArg_ParseTuple(args, "OO!O!O", &values, &PyTuple_Type, &steps, &PyTuple_Type, &widths, &out))
        return NULL;
    const Wanted wanted[] = {{values, 2, "f", 4, 0}, {out, 2, "f", 4, PyBUF_WRITABLE}};
    if (take(views, wanted, 2) < 0)
        return NULL;
    Py_ssize_t many = views[0].shape[0], lines = views[0].shape[1];
    Py_ssize_t some_steps = read_sizes(steps, step);
    if (some_steps >= 0)
        some_widths = read_sizes(widths, width);
    int failed = some_widths < 0;
    Py_ssize_t blocks = failed ? 0 : 2 * some_steps + some_widths;
    if (!failed && (!blocks || views[1].shape[1] != lines || views[1].shape[0] % blocks
                    || views[1].shape[0] / blocks != many))
        failed = unfit("no room for the neighbours");
    double *sums = failed ? NULL : PyMem_Calloc((size_t)lines + 1, sizeof *sums);
    if (!failed && sums == NULL) {
        PyErr_NoMemory();
        failed = 1;
    }
    for (Py_ssize_t row = 0; !failed && row < many; row++) {
        const float *from = (const float *)views[0].buf + row * lines;
        float *to = (float *)views[1].buf + row * lines;
        for (Py_ssize_t i = 0; i < some_steps; i++, to += 2 * many * lines)
            tell_steps(from, lines, step[i], to, to + many * lines);
        for (Py_ssize_t i = 0; i < lines; i++)
            sums[i + 1] = sums[i] + (double)from[i];
        for (Py_ssize_t i = 0; i < some_widths; i++, to += many * lines)
            tell_means(sums, lines, width[i], to);
    }
    PyMem_Free(sums);
    release(views, 2);
    return none_unless(failed);
}
