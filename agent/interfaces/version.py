"""The version, where it can be read without loading anything; a test compares it with the distribution's."""

VERSION = "0.1.0"
