import errno
import os
import queue
import random
import select
import selectors
import socket
import socketserver
import struct
import sys
import threading
import time

for module in (errno, os, queue, random, select, selectors, socket, socketserver, struct, sys, threading, time):
    print(module.__name__, type(module).__name__)
