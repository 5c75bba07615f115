package engine

import (
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// alarm sleeps more exactly than time.Sleep, which on Linux wakes up to a millisecond late, because the runtime waits
// in epoll_wait and that counts in milliseconds. A timer that is a file wakes epoll_wait itself.
type alarm struct {
	file *os.File
	fd   int
	raw  syscall.RawConn
	step func(fd uintptr) bool
	rest time.Duration
	set  bool
}

// newAlarm returns nil where there are no such timers, or no more files.
func newAlarm() *alarm {
	fd, err := unix.TimerfdCreate(unix.CLOCK_MONOTONIC, unix.TFD_NONBLOCK|unix.TFD_CLOEXEC)
	if err != nil {
		return nil
	}
	a := &alarm{file: os.NewFile(uintptr(fd), "timer"), fd: fd}
	if a.raw, err = a.file.SyscallConn(); err != nil {
		a.file.Close()
		return nil
	}
	a.step = a.advance
	return a
}

func (a *alarm) sleep(d time.Duration) {
	if a == nil || d <= 0 {
		time.Sleep(d)
		return
	}
	a.rest, a.set = d, false
	if a.raw.Read(a.step) != nil {
		time.Sleep(d)
	}
}

// advance sets the timer first, and takes its ring when it is called again.
func (a *alarm) advance(fd uintptr) bool {
	if !a.set {
		a.set = true
		spec := unix.ItimerSpec{Value: unix.NsecToTimespec(int64(a.rest))}
		return unix.TimerfdSettime(int(fd), 0, &spec, nil) != nil
	}
	var ring [8]byte
	_, errno := rawRead(fd, ring[:])
	return errno != syscall.EAGAIN
}

// arm lets it ring after d, also while another goroutine waits in ring.
func (a *alarm) arm(d time.Duration) {
	spec := unix.ItimerSpec{Value: unix.NsecToTimespec(max(int64(d), 1))}
	_ = unix.TimerfdSettime(a.fd, 0, &spec, nil)
}

// ring returns when it rang.
func (a *alarm) ring() {
	_ = a.raw.Read(func(fd uintptr) bool {
		var ring [8]byte
		_, errno := rawRead(fd, ring[:])
		return errno != syscall.EAGAIN
	})
}

func (a *alarm) Close() {
	if a != nil {
		_ = a.file.Close()
	}
}
