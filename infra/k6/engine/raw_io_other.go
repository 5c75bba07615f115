//go:build !linux

package engine

import "syscall"

func rawWrite(fd uintptr, p []byte) (int, syscall.Errno) { return again(syscall.Write, fd, p) }
func rawRead(fd uintptr, p []byte) (int, syscall.Errno)  { return again(syscall.Read, fd, p) }

func again(call func(int, []byte) (int, error), fd uintptr, p []byte) (int, syscall.Errno) {
	for {
		n, err := call(int(fd), p)
		errno, _ := err.(syscall.Errno)
		if errno != syscall.EINTR {
			return max(n, 0), errno
		}
	}
}
