/* Count, sum, median and standard deviation of one column of a table of comma-separated values on standard input.

   column NAME < table.csv

   Exit status: 0; 1 if there is no such column, or a cell of it is no number; 2 without a name. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int compare(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* The cell of this number, cut out of a line in place; NULL if the line is too short. */
static char *cell(char *line, size_t number) {
  line[strcspn(line, "\r\n")] = '\0';
  while (number-- > 0) {
    line = strchr(line, ',');
    if (line == NULL) return NULL;
    line++;
  }
  line[strcspn(line, ",")] = '\0';
  return line;
}

/* The number of the column of this name; -1 if there is none. Cuts the header in pieces. */
static int find(char *header, const char *name) {
  int number = 0;
  header[strcspn(header, "\r\n")] = '\0';
  for (char *rest = header, *one; (one = strsep(&rest, ",")) != NULL; number++)
    if (strcmp(one, name) == 0) return number;
  return -1;
}

int main(int argc, char **argv) {
  if (argc != 2) {
    fputs("usage: column NAME < table.csv\n", stderr);
    return 2;
  }
  char *line = NULL;
  size_t room = 0;
  int column = getline(&line, &room, stdin) < 0 ? -1 : find(line, argv[1]);
  if (column < 0) {
    fprintf(stderr, "there is no column %s\n", argv[1]);
    return 1;
  }
  double *values = NULL, sum = 0, squares = 0;
  size_t count = 0, capacity = 0;
  for (size_t number = 2; getline(&line, &room, stdin) >= 0; number++) {
    char *text = cell(line, (size_t)column), *end = text;
    errno = 0;
    double value = text == NULL ? 0 : strtod(text, &end);
    if (end == text || *end != '\0' || errno != 0) {
      fprintf(stderr, "line %zu: no number in column %s\n", number, argv[1]);
      return 1;
    }
    if (count == capacity) {
      capacity = capacity == 0 ? 16 : 2 * capacity;
      values = realloc(values, capacity * sizeof *values);
      if (values == NULL) abort();
    }
    values[count++] = value;
    sum += value;
    squares += value * value;
  }
  printf("count %zu\nsum %.6g\n", count, sum);
  if (count > 0) {
    double mean = sum / (double)count;
    qsort(values, count, sizeof *values, compare);
    double median = (values[(count - 1) / 2] + values[count / 2]) / 2;
    printf("median %.6g\ndeviation %.6f\n", median, sqrt(fmax(0, squares / (double)count - mean * mean)));
  }
  free(values);
  free(line);
  return 0;
}
