package olympus

import (
	"bufio"
	"fmt"
	"os"
	"time"

	"olympus-bench/k6/engine"
)

// histogramLog is a file in the HdrHistogram log format 1.3: one line per second, statement, tenant class and time,
// tagged "<statement>|<class>|response" or "...|service". Values are nanoseconds.
type histogramLog struct {
	file   *os.File
	buffer *bufio.Writer
	start  time.Time
}

// openLog starts a log; an empty path gives one that writes nothing.
func openLog(path string) (*histogramLog, error) {
	if path == "" {
		return &histogramLog{}, nil
	}
	file, err := os.Create(path)
	if err != nil {
		return nil, fmt.Errorf("cannot write the histogram log: %w", err)
	}
	l := &histogramLog{file: file, buffer: bufio.NewWriter(file), start: time.Now()}
	now := float64(l.start.UnixMilli()) / 1000
	fmt.Fprintf(l.buffer, "#[Histogram log format version 1.3]\n#[StartTime: %.3f (seconds since epoch)]\n#[BaseTime: %.3f (seconds since epoch)]\n", now, now)
	fmt.Fprintln(l.buffer, `"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"`)
	return l, nil
}

func (l *histogramLog) second(second *engine.Second, groups []engine.Group) error {
	if l.file == nil {
		return nil
	}
	for i, group := range second.Groups {
		tag := groups[i].Statement + "|" + groups[i].Class
		if err := l.line(second.Number, tag+"|response", &group.Response); err != nil {
			return err
		}
		if err := l.line(second.Number, tag+"|service", &group.Service); err != nil {
			return err
		}
	}
	return l.buffer.Flush()
}

func (l *histogramLog) line(second int, tag string, h *engine.Sketch) error {
	if h.Count() == 0 {
		return nil
	}
	text, err := h.Encode()
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(l.buffer, "Tag=%s,%d.000,1.000,%.3f,%s\n", tag, second, milliseconds(h.Max()), text)
	return err
}

func (l *histogramLog) Close() {
	if l.file != nil {
		_ = l.buffer.Flush()
		_ = l.file.Close()
	}
}
