"""The demo: the whole story on a made-up hotel, run as a process."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from hotelpay import MODE_RULES
