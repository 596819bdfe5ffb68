/* The hottest loops of cleaners/ in C. All stand there in Python too, which says what is
 * right and runs where this was not built. Whatever is rare goes back to Python, to functions that both share. Nothing
 * is kept from call to call.
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

#include "_walk.c"

#include "_trees.c"

#include "_evidence.c"

#include "_phrases.c"

#include "_credits.c"

#include "_language.c"

#include "_nesting.c"

#include "_survey.c"

static PyMethodDef METHODS[] = {
    {"scan", scan, METH_VARARGS, scan_doc},
    {"forest", forest, METH_VARARGS, forest_doc},
    {"sums", sums, METH_VARARGS, sums_doc},
    {"spell", spell, METH_VARARGS, spell_doc},
    {"count_among", count_among, METH_VARARGS, count_among_doc},
    {"weigh_wordings", weigh_wordings, METH_VARARGS, weigh_wordings_doc},
    {"sieve", sieve, METH_O, sieve_doc},
    {"weigh_names", weigh_names, METH_VARARGS, weigh_names_doc},
    {"fields", fields, METH_VARARGS, fields_doc},
    {"groups", groups, METH_VARARGS, groups_doc},
    {"siblings", siblings, METH_VARARGS, siblings_doc},
    {"markup", markup, METH_VARARGS, markup_doc},
    {"places", places, METH_VARARGS, places_doc},
    {"looks", looks, METH_VARARGS, looks_doc},
    {"containers", containers, METH_VARARGS, containers_doc},
    {"neighbours", neighbours, METH_VARARGS, neighbours_doc},
    {"phrasebook", phrasebook, METH_VARARGS, phrasebook_doc},
    {"find_phrases", find_phrases, METH_VARARGS, find_phrases_doc},
    {"signs", signs, METH_O, signs_doc},
    {"classed", classed, METH_VARARGS, classed_doc},
    {"visits", visits, METH_VARARGS, visits_doc},
    {"widen", widen, METH_VARARGS, widen_doc},
    {"costly", costly, METH_VARARGS, costly_doc},
    {"tags_among", tags_among, METH_VARARGS, tags_among_doc},
    {"undated", undated, METH_VARARGS, undated_doc},
    {"shown", shown, METH_VARARGS, shown_doc},
    {NULL, NULL, 0, NULL},
};

static int begin(PyObject *module)
{
    return PyModule_AddStringConstant(module, "SOURCE", COPYDESK_SOURCE) < 0
                   || PyModule_AddStringConstant(module, "BLOCK_FIELDS", BLOCK_FIELDS) < 0
               ? -1 : 0;
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
