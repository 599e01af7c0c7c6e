// Which operands a case is run with; shared by the assembly that declares cases and the C that
// runs them. The number is how many operands take every value of their set.
#ifndef OPERANDS_H
#define OPERANDS_H

#define INTEGERS_1 0
#define INTEGERS_2 1
#define SINGLES_1 2
#define SINGLES_2 3
#define SINGLES_3 4
#define DOUBLES_1 5
#define DOUBLES_2 6
#define DOUBLES_3 7
#define ADDRESSES 8 // a0 an integer, a1 an address of any alignment, near the end of a page

#endif
