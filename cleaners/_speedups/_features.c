/* Columns of the feature table. The Python twins have the same names with _py_ in cleaners/judge/. */

/* Classes of characters, each a bit of their number, and characters of a line that are told: its first, last, final one,
 * and the one two before that. SHARED with character_counts.py. */
enum { CLASSES = 16, ENDS = 4 };

/* What character_counts.py says of characters; the last of `classes` stands for all behind it. */
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

PyDoc_STRVAR(count_characters_doc,
             "count_characters(lines, classes, closer, most_closers, stop, counts, ends)\n--\n\n"
             "Writes for each line how many characters it has of each class, and the characters at its ends.");

static PyObject *count_characters(PyObject *Py_UNUSED(module), PyObject *args)
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
        failed = unfit("no room for the characters of the lines");
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

enum { OF_SIBLINGS = 5 }; /* values of a line, SHARED with neighbourhood.py; the last is the words of its prose */

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

enum { ZONE, TAG, KIND, LINK_CHARS, DEPTH, ALT, MARKED }; /* the fields that `markup` is given, SHARED with features.py */

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

/* Columns, SHARED with neighbourhood.py. */
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
