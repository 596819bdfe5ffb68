/* The hottest loops of cleaners/ in C. Each has a twin in Python, which says what is right and runs where this was not
 * built. Whatever is rare goes back to Python, to functions that both share. Nothing is kept from call to call.
 *
 * A number or character that means something in Python too is handed in, or listed in _shared.c, where
 * tests/cleaners/_speedups/test_shared.py compares it.
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#ifdef Py_GIL_DISABLED
#error "the walk borrows from a dict that other threads would change"
#endif

#ifndef COPYDESK_SOURCE
#error "setup.py passes the digest of these files"
#endif

#include "_arrays.c"

#include "_walk.c"

#include "_tags.c"

#include "_scan.c"

#include "_trees.c"

#include "_words.c"

#include "_lexicon.c"

#include "_block_arrays.c"

#include "_containers.c"

#include "_features.c"

#include "_phrases.c"

#include "_credit_hints.c"

#include "_nesting.c"

#include "_shared.c"

static PyMethodDef METHODS[] = {
    {"scan", scan, METH_VARARGS, scan_doc},
    {"forest", forest, METH_VARARGS, forest_doc},
    {"sums", sums, METH_VARARGS, sums_doc},
    {"spell", spell, METH_VARARGS, spell_doc},
    {"count_among", count_among, METH_VARARGS, count_among_doc},
    {"weigh_wordings", weigh_wordings, METH_VARARGS, weigh_wordings_doc},
    {"sieve", sieve, METH_O, sieve_doc},
    {"weigh_names", weigh_names, METH_VARARGS, weigh_names_doc},
    {"field_arrays", field_arrays, METH_VARARGS, field_arrays_doc},
    {"group_numbers", group_numbers, METH_VARARGS, group_numbers_doc},
    {"siblings", siblings, METH_VARARGS, siblings_doc},
    {"markup", markup, METH_VARARGS, markup_doc},
    {"places", places, METH_VARARGS, places_doc},
    {"count_characters", count_characters, METH_VARARGS, count_characters_doc},
    {"containers", containers, METH_VARARGS, containers_doc},
    {"neighbours", neighbours, METH_VARARGS, neighbours_doc},
    {"phrasebook", phrasebook, METH_VARARGS, phrasebook_doc},
    {"find_phrases", find_phrases, METH_VARARGS, find_phrases_doc},
    {"credit_hints", credit_hints, METH_VARARGS, credit_hints_doc},
    {"costly", costly, METH_VARARGS, costly_doc},
    {"tags_among", tags_among, METH_VARARGS, tags_among_doc},
    {NULL, NULL, 0, NULL},
};

static int begin(PyObject *module)
{
    return PyModule_AddStringConstant(module, "SOURCE", COPYDESK_SOURCE) < 0 || add_shared(module) < 0 ? -1 : 0;
}

static PyModuleDef_Slot SLOTS[] = {{Py_mod_exec, (void *)begin}, {0, NULL}};

static struct PyModuleDef MODULE = {
    PyModuleDef_HEAD_INIT, .m_name = "cleaners._speedups._speedups", .m_doc = "The hottest loops of cleaners in C.",
    .m_size = 0, .m_methods = METHODS, .m_slots = SLOTS,
};

PyMODINIT_FUNC PyInit__speedups(void)
{
    return PyModuleDef_Init(&MODULE);
}
