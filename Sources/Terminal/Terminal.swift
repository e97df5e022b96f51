import CNcurses
import Canvas
