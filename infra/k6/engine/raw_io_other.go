//go:build !linux

package engine

import "syscall"

func rawWrite(fd uintptr, p []byte) (int, syscall.Errno) { return plain(syscall.Write(int(fd), p)) }
func rawRead(fd uintptr, p []byte) (int, syscall.Errno)  { return plain(syscall.Read(int(fd), p)) }

func plain(n int, err error) (int, syscall.Errno) {
	errno, _ := err.(syscall.Errno)
	return max(n, 0), errno
}
