// Built once for each public header, which must bring all that it needs.
#include WEFT_HEADER
#include WEFT_HEADER  // NOLINT(readability-duplicate-include): it must bear that

int main() { return 0; }
