// An echo server on gorilla/websocket, with a few commands. Its port is the first argument.
package main

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/gorilla/websocket"
)

var upgrader = websocket.Upgrader{
	Subprotocols:      []string{"chat"},
	EnableCompression: true,
	CheckOrigin:       func(*http.Request) bool { return true },
}

func serve(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, "/refuse") {
		w.Header().Set("Retry-After", "7")
		http.Error(w, "no entry", http.StatusForbidden)
		return
	}
	socket, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer socket.Close()
	socket.EnableWriteCompression(true)
	ponged := make(chan struct{}, 1)
	socket.SetPongHandler(func(payload string) error {
		if payload == "probe" {
			ponged <- struct{}{}
		}
		return nil
	})
	for {
		kind, message, err := socket.ReadMessage()
		if err != nil {
			return
		}
		command := ""
		if kind == websocket.TextMessage {
			command = string(message)
		}
		switch {
		case strings.HasPrefix(command, "close:"):
			parts := strings.SplitN(command, ":", 3)
			code, _ := strconv.Atoi(parts[1])
			body := websocket.FormatCloseMessage(code, parts[2])
			socket.WriteControl(websocket.CloseMessage, body, time.Now().Add(time.Second))
			// The client's Close frame follows.
			socket.ReadMessage()
			return
		case command == "ping":
			socket.WriteControl(websocket.PingMessage, []byte("probe"), time.Now().Add(time.Second))
			go func() {
				<-ponged
				socket.WriteMessage(websocket.TextMessage, []byte("the pong came"))
			}()
		case strings.HasPrefix(command, "fragments:"):
			writer, err := socket.NextWriter(websocket.TextMessage)
			if err != nil {
				return
			}
			for _, character := range command {
				writer.Write([]byte(string(character)))
			}
			writer.Close()
		case command == "cut":
			if tcp, ok := socket.UnderlyingConn().(*net.TCPConn); ok {
				tcp.SetLinger(0)
			}
			return
		default:
			if socket.WriteMessage(kind, message) != nil {
				return
			}
		}
	}
}

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:"+os.Args[1])
	if err != nil {
		panic(err)
	}
	fmt.Println("listening")
	panic(http.Serve(listener, http.HandlerFunc(serve)))
}
