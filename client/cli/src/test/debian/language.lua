-- What a Lua program uses, and nothing that differs from run to run.
local words = {}
for word in ([[the quick brown fox jumps over the lazy dog]]):gmatch("%a+") do
  words[#words + 1] = word
end
table.sort(words, function(a, b) return a > b end)
print(table.concat(words, " "), #arg, arg[1])

local function fib(n) return n < 2 and n or fib(n - 1) + fib(n - 2) end
print(fib(22), 7 // 2, -7 % 3, 2 ^ 0.5, 1 / 0, -(0 / 0) ~= 0, 1 << 62, math.maxinteger + 1)

local stack = setmetatable({}, {
  __add = function(s, x) s[#s + 1] = x; return s end,
  __call = function(s, f) for i = 1, #s do s[i] = f(s[i]) end return s end,
})
print(table.unpack((stack + 3 + 4 + 5.5)(function(x) return x * x end)))

local co = coroutine.wrap(function(a) for i = 1, 3 do a = coroutine.yield(a * i) end end)
print(co(2), co(3), co(4))
print(pcall(error, { code = 7 }), select("#", pcall(error)))
print(string.format("%5.2f|%-8s|%x|%q|%g", math.pi, "left", 3735928559, "a\nb", 1e100))
print(("x"):rep(3, "-"), ("hello"):gsub("l", { l = "L" }), utf8.char(228, 8364), utf8.len("äö"))
print(tostring(math.tointeger(3.0)), math.fmod(-7, 3), math.ult(1, -1), 3 | 12 ~ 5)

local sum = 0.0
for i = 1, 20000 do sum = sum + math.sin(i) * math.exp(-i / 5000) / math.sqrt(i) end
print(string.format("%.12f", sum))

local file = assert(io.open("numbers.txt", "w"))
for i = 1, 1000 do file:write(i * i, i % 10 == 0 and "\n" or " ") end
file:close()
local count, last = 0, nil
for line in io.lines("numbers.txt") do count = count + 1; last = line end
print(count, last, io.open("/nowhere/at/all"))
collectgarbage()
print(load("return ...", "chunk", "t")(42), os.getenv("HOME"), require("string") == string)
os.exit(3)
