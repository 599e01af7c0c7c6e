greet() { echo "greeted by the $1"; }
