// Words prints how often the most frequent words of standard input occur.
//
//	words [N] < text
//
// Each part of the text is counted by a goroutine of its own; N, 10 if it is not given, is how many words are printed.
package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"sort"
	"strconv"
	"strings"
	"sync"
	"unicode"
)

// parts is the number of goroutines that count.
const parts = 4

func count(lines <-chan string, counts map[string]int) {
	for line := range lines {
		words := strings.FieldsFunc(strings.ToLower(line), func(r rune) bool {
			return !unicode.IsLetter(r) && r != '\''
		})
		for _, word := range words {
			counts[word]++
		}
	}
}

func frequent(in io.Reader, most int, out io.Writer) error {
	lines := make(chan string, 16)
	var counted [parts]map[string]int
	var group sync.WaitGroup
	for i := range counted {
		counted[i] = make(map[string]int)
		group.Add(1)
		go func(counts map[string]int) {
			defer group.Done()
			count(lines, counts)
		}(counted[i])
	}
	scanner := bufio.NewScanner(in)
	for scanner.Scan() {
		lines <- scanner.Text()
	}
	close(lines)
	group.Wait()
	if err := scanner.Err(); err != nil {
		return err
	}
	total := counted[0]
	for _, counts := range counted[1:] {
		for word, n := range counts {
			total[word] += n
		}
	}
	words := make([]string, 0, len(total))
	for word := range total {
		words = append(words, word)
	}
	sort.Slice(words, func(i, j int) bool {
		a, b := words[i], words[j]
		return total[a] > total[b] || total[a] == total[b] && a < b
	})
	if len(words) > most {
		words = words[:most]
	}
	for _, word := range words {
		fmt.Fprintf(out, "%6d %s\n", total[word], word)
	}
	return nil
}

func main() {
	most := 10
	if len(os.Args) > 1 {
		n, err := strconv.Atoi(os.Args[1])
		if err != nil || n < 0 || len(os.Args) > 2 {
			fmt.Fprintln(os.Stderr, "usage: words [N] < text")
			os.Exit(2)
		}
		most = n
	}
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	if err := frequent(os.Stdin, most, out); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
